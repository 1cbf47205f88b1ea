"""Cron: what runs unattended: a collection's portals when they are due, and how that went."""
