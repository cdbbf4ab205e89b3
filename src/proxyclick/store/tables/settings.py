"""How is the tenant set? A setting that has no row has its default."""

SETTINGS = """
CREATE TABLE tenant_settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;
"""
