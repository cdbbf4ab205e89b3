"""Whose data is kept: organisations, and the locations that each has?"""

ORGANISATIONS = """
CREATE TABLE organisations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE locations (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the id CO-A000 is made from it
    organisation INTEGER NOT NULL REFERENCES organisations (number),
    name TEXT NOT NULL,
    city TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',
    timezone TEXT NOT NULL DEFAULT 'UTC',
    language TEXT NOT NULL DEFAULT 'en',
    created_at TEXT NOT NULL,
    on_site INTEGER NOT NULL DEFAULT 0  -- whether its visits have the status On-site
);
CREATE INDEX locations_by_organisation ON locations (organisation);
"""
