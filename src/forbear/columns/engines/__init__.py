"""What runs relations: DuckDB on one machine, Spark on one or many, and plain Python for a handful of rows."""
