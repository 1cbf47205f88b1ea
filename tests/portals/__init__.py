"""Synthetic portals: the tests' own, each with its articles reachable in one way only, or with one trap in it.

Nothing of them is real. The articles are the invented ones of `servers.content`; what is around them is made here in
the manner of real portals. `kit` serves them over real HTTP on loopback, by Host name and as a forward proxy, and keeps
a log of what was asked; `looks` has the markup; `ways`, `traps` and `broken` the portals; `measure` the figures.
"""
