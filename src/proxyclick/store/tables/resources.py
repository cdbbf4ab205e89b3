"""How are the users and the groups of SCIM kept, and at which locations they are?"""

_RESOURCES = """
CREATE TABLE {table} (
    number INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, and neither is the id that is made from it
    organisation INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    installation INTEGER,  -- which provisions it; NULL: it was added by hand
    active INTEGER NOT NULL,
    name_key TEXT,
    work_email_key TEXT,
    external_id TEXT,
    search_text TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX {table}_by_organisation ON {table} (organisation);
CREATE UNIQUE INDEX {table}_by_name ON {table} (organisation, name_key) WHERE name_key IS NOT NULL;
CREATE INDEX {table}_by_work_email ON {table} (organisation, work_email_key) WHERE work_email_key IS NOT NULL;
CREATE INDEX {table}_by_external_id ON {table} (organisation, external_id) WHERE external_id IS NOT NULL;
CREATE TABLE {table}_other_emails (
    email_key TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES {table} (number) ON DELETE CASCADE,
    PRIMARY KEY (email_key, number)
) WITHOUT ROWID;
CREATE INDEX {table}_other_emails_by_number ON {table}_other_emails (number);
-- Every resource is at one location at least. No foreign key, as each would want an index more: see ResourceTable.
CREATE TABLE {table}_locations (
    location INTEGER NOT NULL,
    number INTEGER NOT NULL,
    is_home INTEGER NOT NULL,
    installation INTEGER,  -- which brought it there; NULL: somebody did, by hand
    PRIMARY KEY (location, number)
) WITHOUT ROWID;
"""
_USER_GROUPS = """
-- Whoever is at a location is in its user group Default; these are the further ones.
CREATE TABLE user_group_members (
    location INTEGER NOT NULL,
    number INTEGER NOT NULL,
    user_group TEXT NOT NULL,
    PRIMARY KEY (location, number, user_group),
    FOREIGN KEY (location, number) REFERENCES users_locations (location, number) ON DELETE CASCADE
) WITHOUT ROWID;
"""


def resource_tables(table: str) -> str:
    """The tables of one type of resource."""
    return _RESOURCES.format(table=table) + (_USER_GROUPS if table == "users" else "")
