"""Derive: from a run's captures to its records: what only all pages of a portal tell of each."""
