"""Benchmarks, what `make bench` runs: `python -m tests.bench`. Each is a module with `measure()`."""
