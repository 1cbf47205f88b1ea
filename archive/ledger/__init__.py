"""Ledger: every address's state, every capture, every version of an article, in SQLite."""

from .ledger import Ledger

__all__ = ["Ledger"]
