"""Rows of models, written many at once."""
