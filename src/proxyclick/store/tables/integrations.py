"""What is installed where, and which Secret Tokens are good for it?"""

INTEGRATIONS = """
CREATE TABLE installations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    integration TEXT NOT NULL,
    location INTEGER NOT NULL REFERENCES locations (number),
    home_location INTEGER REFERENCES locations (number),  -- of the multi-location mapping; NULL: `location`
    created_at TEXT NOT NULL
);
CREATE INDEX installations_by_location ON installations (location);
-- The further locations that an installation provisions into.
-- Conditions: {"cities": [], "languages": []}, or NULL for all users.
CREATE TABLE mapped_locations (
    installation INTEGER NOT NULL REFERENCES installations (number) ON DELETE CASCADE,
    location INTEGER NOT NULL REFERENCES locations (number),
    conditions TEXT,
    PRIMARY KEY (installation, location)
) WITHOUT ROWID;
CREATE TABLE tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    installation INTEGER NOT NULL REFERENCES installations (number),
    prefix TEXT NOT NULL,
    last_four TEXT NOT NULL,
    digest BLOB NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT,
    revoked_at TEXT,
    last_used_at TEXT
);
CREATE INDEX tokens_by_prefix ON tokens (prefix);
CREATE INDEX tokens_by_installation ON tokens (installation);
"""
