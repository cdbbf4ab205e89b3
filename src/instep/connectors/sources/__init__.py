"""Where can users be read from? One package a kind of source."""
