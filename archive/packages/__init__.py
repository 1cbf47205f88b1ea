"""Packages: what a portal's folder is handed over as, WACZ and BagIt, and whether one is whole."""
