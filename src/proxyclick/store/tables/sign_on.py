"""Which identity provider signs people in at which location, and what has it said?"""

SIGN_ON = """
CREATE TABLE sign_on_settings (
    location INTEGER PRIMARY KEY REFERENCES locations (number),
    method TEXT NOT NULL,
    issuer TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    certificates TEXT NOT NULL,  -- PEM, one or more
    logout TEXT NOT NULL,  -- empty: signing out ends the session here alone
    own_certificate TEXT NOT NULL,
    private_key TEXT NOT NULL
);
-- An assertion is taken once; its id is kept until it would not be taken any more.
CREATE TABLE taken_assertions (
    location INTEGER NOT NULL,
    assertion TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (location, assertion)
) WITHOUT ROWID;
CREATE INDEX taken_assertions_by_end ON taken_assertions (until);
-- What an identity provider calls somebody in a session, for signing out.
CREATE TABLE sign_on_sessions (
    digest BLOB PRIMARY KEY REFERENCES sessions (digest) ON DELETE CASCADE,
    location INTEGER NOT NULL,
    name_id TEXT NOT NULL,
    name_key TEXT NOT NULL,
    format TEXT NOT NULL,
    name_qualifier TEXT NOT NULL,
    sp_name_qualifier TEXT NOT NULL,
    session_index TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_on_sessions_by_name ON sign_on_sessions (location, name_key);
"""
