"""Soak: a portal of thousands of pages is crawled with kill -9 at random moments, and compared with one left in peace.

`make soak`, or `python -m soak --pages 600 --kills 20 --seed 3` (with PYTHONPATH=tests:.): `portal` is what is crawled,
`killing` kills, `compare` says what differs, `__main__` has the phases and the table.
"""
