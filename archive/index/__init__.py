"""Index: where each capture lies, by its address (CDXJ)."""
