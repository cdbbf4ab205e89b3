"""A sample organisation, provisioned before your eyes: `make demo`."""
