"""Commands about the records and those who are let in to them."""
