"""The same store on a PostgreSQL server: what SQLite has and a server has not, and what many processes need."""

from sqlalchemy import Connection


def is_postgresql(connection: Connection) -> bool:
    """Whether a connection is one to a server."""
    return connection.dialect.name == "postgresql"
