"""Extract: from kept bytes and a definition to a record, or to why there is none. Pure."""

from .judge.refusal import NotArticle
from .reader import VERSION, extract, read, read_region

__all__ = ["VERSION", "NotArticle", "extract", "read", "read_region"]
