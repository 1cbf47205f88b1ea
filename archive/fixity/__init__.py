"""Fixity: that what is kept is as it was: checked, chained, signed; and what the law takes out."""
