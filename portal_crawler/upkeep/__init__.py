"""Upkeep: all of it again from what is kept: rebuilt, compared, verified, redacted, packed; what others kept."""
