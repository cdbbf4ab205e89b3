"""Which applications can be added, and what does each start with? Templates as data files, and their loader."""
