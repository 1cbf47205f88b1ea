"""Judge: whether what was read of a page is an article: what else it may be, and what speaks for each."""
