"""What administrators ask for: work for a worker, and settings that two people change."""
