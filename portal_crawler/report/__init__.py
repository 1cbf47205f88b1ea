"""Report: what a portal's archive holds and lacks, how runs went, what became of articles."""
