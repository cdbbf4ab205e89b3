"""Who is expected, has come and has left?"""

VISITS = """
CREATE TABLE visits (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- the id VI-A000 is made from it
    location INTEGER NOT NULL REFERENCES locations (number),
    visitor TEXT NOT NULL,
    company TEXT NOT NULL,
    visitor_email TEXT NOT NULL,
    host INTEGER NOT NULL,  -- no foreign key: a visit outlives its host
    host_name TEXT NOT NULL,
    expected_at TEXT NOT NULL,
    created_by INTEGER NOT NULL,
    status TEXT NOT NULL,
    since TEXT NOT NULL
);
CREATE INDEX visits_by_day ON visits (location, expected_at);
CREATE INDEX visits_by_host ON visits (host, expected_at);
"""
