"""Small parsers from strings and nodes to values: dates, bylines, text, media, characters. All pure."""
