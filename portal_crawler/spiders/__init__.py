"""Spiders: where Scrapy looks for them."""
