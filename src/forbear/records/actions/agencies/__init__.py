"""Outside agencies: who they are, who works there, and which loans are placed with them."""
