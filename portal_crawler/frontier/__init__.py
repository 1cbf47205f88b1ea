"""Frontier: what is asked for and when: politeness, robots.txt, later visits, and which addresses are worth it."""
