"""Which faults of a database are nobody's error in the program, and what can somebody do about them?

A full disk, a server that is away: the transaction is undone, so nothing is half written; whatever was asked is asked
again when the fault is over. Every other error of the database stays what it is.
"""

import sqlite3

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext


class DatabaseUnusable(Exception):
    """The database cannot be used now; the text says why, and what to do."""


_GOES_ON = "Nothing is lost: what was not saved is done again"
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: f"there is no room left on its disk. {_GOES_ON} once there is room",
    sqlite3.SQLITE_IOERR: f"its disk does not read or write. {_GOES_ON} once it does",
    sqlite3.SQLITE_READONLY: f"it may not be written. {_GOES_ON} once its file and folder may be",
    sqlite3.SQLITE_CANTOPEN: f"its file or folder cannot be opened. {_GOES_ON} once they can be",
    sqlite3.SQLITE_BUSY: f"another program has it locked for a minute. {_GOES_ON} once that has ended",
}
_PRIMARY_CODE = 0xFF  # of SQLite's extended codes
_OF_POSTGRESQL = {  # classes of SQLSTATE; "" where the connection broke
    "": f"the server cannot be reached ({{}}). {_GOES_ON} once it can be",
    "08": f"the connection broke ({{}}). {_GOES_ON}",
    "53": f"the server lacks room, memory or connections ({{}}). {_GOES_ON} once it has them",
    "57P": f"the server is being stopped or started ({{}}). {_GOES_ON} once it runs",
    "58": f"the server's disk does not read or write ({{}}). {_GOES_ON} once it does",
}


def tell_when_unusable(engine: Engine, name: str) -> None:
    """Let faults of this kind be raised as DatabaseUnusable; the name says which database."""

    @event.listens_for(engine, "handle_error")
    def told(context: ExceptionContext) -> DatabaseUnusable | None:
        reason = _reason(context.original_exception)
        return None if reason is None else DatabaseUnusable(f"The database {name} cannot be used now: {reason}.")


def _reason(error: BaseException) -> str | None:
    if isinstance(error, sqlite3.Error):
        return _OF_SQLITE.get((getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY_CODE)
    return _of_postgresql(error) if type(error).__module__.startswith("psycopg") else None


def _of_postgresql(error: BaseException) -> str | None:
    from psycopg import OperationalError

    state = getattr(error, "sqlstate", None)
    if state is None:
        text = _OF_POSTGRESQL[""] if isinstance(error, OperationalError) else None
    else:
        text = next((text for start, text in _OF_POSTGRESQL.items() if start and state.startswith(start)), None)
    said = " ".join(str(error).split("\n")[0].split())
    return None if text is None else text.format(said.replace("{", "(").replace("}", ")"))
