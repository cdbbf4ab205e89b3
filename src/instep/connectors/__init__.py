"""How does Instep reach the outside? Targets that take accounts, sources that know people."""
