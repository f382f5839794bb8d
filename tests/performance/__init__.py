"""How fast the product is, against yardsticks measured in the same minutes: `make bench` writes docs/performance.md.

No tests: nothing here fails on time.
"""
