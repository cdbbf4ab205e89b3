"""Is the database as this version needs it? Alembic brings it there, one revision after the other."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from instep.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"  # the newest revision in versions/


class NewerDatabase(Exception):
    """The database was made by a newer version of Instep."""


def bring_up_to_date(database: Database) -> None:
    """Make or migrate the tables. Raises NewerDatabase."""
    if _revision(database) != HEAD:
        _upgrade(database)


def is_up_to_date(database: Database) -> bool:
    """Say whether the tables are those of this version."""
    return _revision(database) == HEAD


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def take_back(database: Database) -> None:
    """Undo all migrations: every table is gone, with all that is in it."""
    from alembic import command

    with database.write() as connection:
        command.downgrade(_configuration(connection), "base")


def _upgrade(database: Database) -> None:
    from alembic import command  # not loaded where nothing is to be done
    from alembic.util import CommandError

    try:
        with database.write() as connection:
            # Another process may have done it, while this one waited for its turn to write.
            command.upgrade(_configuration(connection), "head")
    except CommandError as error:
        raise NewerDatabase(
            "The database was made by a newer version of Instep than this one. Run the newer version, or open "
            f"another {_place(database)}. ({error})"
        ) from None


def _configuration(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _place(database: Database) -> str:
    return "data directory" if database.engine.dialect.name == "sqlite" else "database"
