"""S-FEEL: what may stand in a cell. Grammar, tree, parser and meaning on plain values."""
