"""What is decided about the work of others: approvals, allocations, inspections."""
