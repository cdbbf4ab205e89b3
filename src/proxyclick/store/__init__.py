"""Where is it kept, and from when on is it safe? SQLite, one writing process, nothing told before it is on disk."""
