"""Benchmarks, what `make bench` runs: `python -m bench`. Each is a module with `measure()`."""
