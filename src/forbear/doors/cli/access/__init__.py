"""Commands about those who are let in."""
