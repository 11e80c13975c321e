"""DMN files: read, put in order, found sound, written."""
