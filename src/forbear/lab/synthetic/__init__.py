"""A made-up loan book, the same bytes for the same arguments. ``docs/reference/synthetic-book.md`` lists its assumptions."""
