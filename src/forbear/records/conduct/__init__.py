"""How people were treated: what looks wrong, how often what happened, and what can be proved of one case."""
