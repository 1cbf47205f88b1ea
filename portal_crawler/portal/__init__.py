"""Portal: what a portal is, in TOML: its keys, its family, what a user names it by."""

from .portal import Portal

__all__ = ["Portal"]
