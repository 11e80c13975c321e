"""The book in pictures: every figure with its definition, its loans and its file."""
