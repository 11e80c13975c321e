"""What is decided about the work of others: allocations and inspections."""
