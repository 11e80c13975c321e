"""Commands about the records and what runs on them all day."""
