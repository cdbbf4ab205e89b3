"""What can be done at a location, one function each: what pages and commands call, inside a transaction."""
