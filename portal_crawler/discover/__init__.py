"""Discover: what a page leads on to: links, other pages of a list, feeds, sitemaps, what it needs to be shown. Pure."""
