"""Thin ways in: they parse, call a room, and show the answer."""
