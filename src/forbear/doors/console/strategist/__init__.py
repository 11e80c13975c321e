"""Where strategists work: tables to read and to change, what a change would do, and from when it holds."""
