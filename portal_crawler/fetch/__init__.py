"""Fetch: Scrapy at work for a crawl: its scheduler on the ledger, the handler that keeps the bytes, many at once."""
