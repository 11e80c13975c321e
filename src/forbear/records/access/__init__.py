"""Machines that are let in: their tokens, and how often they may ask."""
