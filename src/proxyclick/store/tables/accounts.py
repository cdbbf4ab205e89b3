"""Who may sign in, who has, and which one-time links were issued?"""

ACCOUNTS = """
CREATE TABLE accounts (
    user INTEGER PRIMARY KEY REFERENCES users (number) ON DELETE CASCADE,
    password_hash TEXT,  -- NULL: signs in by a link alone
    created_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE TABLE sessions (
    digest BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (number) ON DELETE CASCADE,  -- with an account, or by single sign-on
    location INTEGER NOT NULL REFERENCES locations (number),
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    address TEXT NOT NULL,
    browser TEXT NOT NULL,
    ends_at TEXT  -- NULL: only when it was left alone, or has lasted, for too long
) WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);
CREATE TABLE one_time_links (
    digest BLOB PRIMARY KEY,
    purpose TEXT NOT NULL,
    location INTEGER NOT NULL REFERENCES locations (number),
    email TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    expires_at TEXT NOT NULL
) WITHOUT ROWID;
"""
