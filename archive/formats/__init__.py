"""Formats: the forms in which records leave: JSON lines, CSV, Parquet, others' vocabularies."""
