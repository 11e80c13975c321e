"""What runs relations: DuckDB on one machine, Spark on one or many."""
