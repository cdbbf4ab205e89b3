"""What did integrations and administrators do? The audit log is added to, and never changed."""

JOURNAL = """
-- In the order of their numbers, an installation's lines beside each other, so that adding one is cheap.
CREATE TABLE activity (
    installation INTEGER NOT NULL,
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,  -- milliseconds since 1970
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    deed TEXT NOT NULL,
    user INTEGER,
    name TEXT NOT NULL,
    changes BLOB,  -- [before, after], of what differs
    note TEXT NOT NULL,
    PRIMARY KEY (installation, number)
) WITHOUT ROWID;
CREATE INDEX activity_by_user ON activity (user) WHERE user IS NOT NULL;
CREATE TABLE audit_log (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation INTEGER NOT NULL,
    location INTEGER NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    about TEXT NOT NULL,
    address TEXT NOT NULL
);
CREATE INDEX audit_log_by_location ON audit_log (location);
CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log BEGIN SELECT RAISE(ABORT, 'immutable'); END;
CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log BEGIN SELECT RAISE(ABORT, 'immutable'); END;
"""
