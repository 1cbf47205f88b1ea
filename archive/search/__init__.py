"""Search: words in articles, with and without their marks."""

from .index import NAME, Hit, Index, searching

__all__ = ["NAME", "Hit", "Index", "searching"]
