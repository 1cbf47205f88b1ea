"""Crawl: one run over one portal: between ledger and fetcher, from its options to its report."""
