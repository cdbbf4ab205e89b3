"""Is the database as this version needs it? Alembic brings it there, one revision after the other."""

from instep.store.database import Database
from instep.store.tables import metadata


def bring_up_to_date(database: Database) -> None:
    """Make or migrate the tables."""
    with database.write() as connection:
        metadata.create_all(connection)
