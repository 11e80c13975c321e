"""Practice days: a synthetic book that unfolds day by day, and borrowers who answer when they are contacted."""
