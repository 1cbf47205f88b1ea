"""Probe: what a portal would give, before it is crawled; cases that hold a rule."""
