"""Measured comparisons, one command each: `make bench`; bench/README.md has what they gave."""
