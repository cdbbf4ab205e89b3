"""What did administrators do? Added to, and never changed."""

JOURNAL = """
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
