"""Is the database as this version needs it? Alembic brings it there, one revision after the other."""

from pathlib import Path

from sqlalchemy import inspect, text

from instep.store.database import Database

HEAD = "0001"  # the newest revision in versions/


class NewerDatabase(Exception):
    """The database was made by a newer version of Instep."""


def bring_up_to_date(database: Database) -> None:
    """Make or migrate the tables. Raises NewerDatabase."""
    if _revision(database) != HEAD:
        _upgrade(database)


def _revision(database: Database) -> str | None:
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(database: Database) -> None:
    from alembic import command  # not loaded where nothing is to be done
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    try:
        with database.write() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise NewerDatabase(
            "The database was made by a newer version of Instep than this one. Run the newer version, or open "
            f"another data directory. ({error})"
        ) from None
