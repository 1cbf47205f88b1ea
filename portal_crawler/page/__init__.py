"""Page: a capture's bytes as a tree, found in by selectors; what class names and set phrases say of furniture."""

from .page import NotHtml, Page, TooMuch, fold, string

__all__ = ["NotHtml", "Page", "TooMuch", "fold", "string"]
