"""The daily run, step by step, and what it leaves behind."""
