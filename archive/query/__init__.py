"""Query: SQL over records and captures, and questions that are ready."""

from .query import TABLES, Query, Result, querying

__all__ = ["TABLES", "Query", "Result", "querying"]
