"""What can be done from a terminal? One module for each group of commands; each calls a use case of `admin`."""
