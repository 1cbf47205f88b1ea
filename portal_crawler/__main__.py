"""`python -m portal_crawler` is the console script."""

from .cli import main

main()
