"""Which page of the provisioning log does somebody look at, found in bounded time however long the log is?

The log is gone through in stretches of entries, the newest first. Whoever looks for what is rare and has no index may
be told to search on: the page says how far back it has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from instep.admin.ports import Applications, Jobs, LogQuery
from instep.admin.provisioning_log import ShownEntry, shown_entries
from instep.ledger.records import RecordedLogEntry, Status

STRETCH: Final = 50_000  # entries; a stretch takes some tens of milliseconds
MOST_STRETCHES: Final = 3
# Where an index leads to what is looked for, a stretch costs next to nothing.
MOST_INDEXED_STRETCHES: Final = 200
_INDEXED: Final = frozenset({Status.FAILURE, Status.WARNING})


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, the newest first; `older` is the number before which the next page begins, None at the end.

    `searched_to` is set where the page is short because the search stopped, at the moment that it has reached.
    """

    entries: Sequence[ShownEntry]
    older: int | None
    searched_to: datetime | None = None


def search_log(applications: Applications, jobs: Jobs, query: LogQuery, stretch: int = STRETCH) -> LogPage:
    """Return the page of a query that begins at its `before`; at most `limit` entries."""
    if query.user_id is not None or query.entry_id is not None:
        found = list(jobs.log(replace(query, limit=query.limit + 1)))
        return _page(applications, jobs, found, query.limit)
    places, found = jobs.log_places(query), []
    before, left = places.stop, MOST_INDEXED_STRETCHES if query.status in _INDEXED else MOST_STRETCHES
    while before > places.start and left and len(found) <= query.limit:
        first = max(places.start, before - stretch)
        part = replace(query, before=before, first=first, limit=query.limit + 1 - len(found))
        found += jobs.log(part)
        before, left = first, left - 1
    page = _page(applications, jobs, found, query.limit)
    if page.older is not None or before <= places.start:
        return page
    return replace(page, older=before, searched_to=_moment(jobs, before))


def newest_entry(jobs: Jobs) -> int:
    """Return the number of the newest entry, 0 where there is none."""
    return max(jobs.log_places(LogQuery()).stop - 1, 0)


def _page(applications: Applications, jobs: Jobs, found: Sequence[RecordedLogEntry], limit: int) -> LogPage:
    entries = shown_entries(applications, jobs, found[:limit])
    return LogPage(entries, found[limit - 1].id if len(found) > limit else None)


def _moment(jobs: Jobs, before: int) -> datetime | None:
    oldest = jobs.log(LogQuery(before=before + 1, limit=1))
    return oldest[0].at if oldest else None
