"""One closed vocabulary of column expressions, and the engines that run it."""
