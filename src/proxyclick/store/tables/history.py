"""What was done to users by hand?"""

HISTORY = """
CREATE TABLE user_events (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL,  -- no foreign key: what was done outlives the user
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    who TEXT NOT NULL,
    changes TEXT NOT NULL
);
CREATE INDEX user_events_by_user ON user_events (user);
"""
