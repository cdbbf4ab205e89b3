"""Which visits does a location have, and how are they kept?"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from proxyclick.clock import timestamp
from proxyclick.people.identifiers import number_of
from proxyclick.people.visits import ID_PREFIX, Appointment, Visit, VisitStatus

_COLUMNS = "location, visitor, company, visitor_email, host, host_name, expected_at, created_by"


class Visits:
    """The visits of all locations; a write is to be made inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def add(self, appointment: Appointment, now: datetime) -> Visit:
        """Keeps an appointment: its visitor is expected."""
        values = (
            appointment.location,
            appointment.visitor,
            appointment.company,
            appointment.visitor_email,
            appointment.host,
            appointment.host_name,
            timestamp(appointment.expected_at),
            appointment.created_by,
            VisitStatus.EXPECTED.value,
            timestamp(now),
        )
        query = f"INSERT INTO visits ({_COLUMNS}, status, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        number = self._execute(query, values).lastrowid or 0
        return Visit(number, appointment, VisitStatus.EXPECTED, now)

    def get(self, visit_id: str, location: int) -> Visit | None:
        """The visit of an id, if it is one of this location."""
        number = number_of(ID_PREFIX, visit_id)
        found = self._select("WHERE number = ? AND location = ?", (number, location)) if number is not None else []
        return found[0] if found else None

    def between(self, location: int, start: datetime, end: datetime) -> list[Visit]:
        """The visits expected from `start` on and before `end`, in that order."""
        condition = "WHERE location = ? AND expected_at >= ? AND expected_at < ? ORDER BY expected_at, number"
        return self._select(condition, (location, timestamp(start), timestamp(end)))

    def of_host(self, host: int, limit: int) -> list[Visit]:
        """The last visits to somebody, at whichever location, the latest first."""
        return self._select("WHERE host = ? ORDER BY expected_at DESC, number DESC LIMIT ?", (host, limit))

    def set_status(self, number: int, status: VisitStatus, now: datetime) -> None:
        """Notes how far a visit is from now on."""
        self._execute(
            "UPDATE visits SET status = ?, since = ? WHERE number = ?", (status.value, timestamp(now), number)
        )

    def delete(self, number: int) -> None:
        """Takes a visit out of the Logbook."""
        self._execute("DELETE FROM visits WHERE number = ?", (number,))

    def _select(self, condition: str, parameters: Sequence[object]) -> list[Visit]:
        query = f"SELECT number, status, since, {_COLUMNS} FROM visits {condition}"
        return [_visit(*row) for row in self._execute(query, parameters)]


def _visit(number: int, status: str, since: str, *columns: object) -> Visit:
    location, visitor, company, visitor_email, host, host_name, expected_at, created_by = columns
    moment = datetime.fromisoformat(str(expected_at))
    appointment = Appointment(location, visitor, company, visitor_email, host, host_name, moment, created_by)  # type: ignore[arg-type]
    return Visit(number, appointment, VisitStatus(status), datetime.fromisoformat(since))
