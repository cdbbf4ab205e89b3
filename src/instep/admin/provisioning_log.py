"""What does the provisioning log say as people may see it: narrowed down, in pages, with hidden values hidden?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from instep.admin.ports import Applications, Jobs, LogQuery
from instep.ledger.object_summary import LoggedJob, modified_properties
from instep.ledger.records import RecordedLogEntry
from instep.ledger.redaction import Redacted, redacted_in
from instep.ledger.wording import reason
from instep.rules.mapping.redaction import shown

PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A log entry without the values that are hidden, and whose it is."""

    recorded: RecordedLogEntry
    job: LoggedJob


@dataclass(frozen=True, slots=True)
class _KnownJob:
    job: LoggedJob
    redacted: Redacted


_UNKNOWN_JOB = _KnownJob(LoggedJob("", ""), {})


def read_log(
    applications: Applications, jobs: Jobs, query: LogQuery, contains: str | None = None
) -> Iterator[ShownEntry]:
    """Yield entries, the newest first, as many as the query's limit; each page is one short read of the store.

    Entries that are written meanwhile do not show up. `contains` is looked for in what an entry shows: names, ids,
    code, reason and values, in any letter case.
    """
    known = _known_jobs(applications, jobs)
    left, query = query.limit, replace(query, first=jobs.log_places(query).start)
    while left > 0:
        size = PAGE_SIZE if contains else min(PAGE_SIZE, left)
        page = jobs.log(replace(query, limit=size))
        for recorded in page:
            entry = _shown(recorded, known.get(recorded.job_id, _UNKNOWN_JOB))
            if contains is None or _has(entry, contains.casefold()):
                yield entry
                left -= 1
            if not left:
                return
        if len(page) < size:
            return
        query = replace(query, before=page[-1].id)


def shown_entries(applications: Applications, jobs: Jobs, recorded: Sequence[RecordedLogEntry]) -> Sequence[ShownEntry]:
    """Return entries as people may see them."""
    known = _known_jobs(applications, jobs)
    return [_shown(each, known.get(each.job_id, _UNKNOWN_JOB)) for each in recorded]


def _known_jobs(applications: Applications, jobs: Jobs) -> dict[str, _KnownJob]:
    known = {
        each.id: _KnownJob(LoggedJob(each.app_id, each.app_name), redacted_in(each.schema)) for each in jobs.former()
    }
    for app in applications.all():
        if (job := jobs.job_of(app)) is not None:
            redacted = redacted_in(applications.schema(app.id))
            known[job.id] = _KnownJob(LoggedJob(app.id, app.name), redacted)
    return known


def _shown(recorded: RecordedLogEntry, known: _KnownJob) -> ShownEntry:
    redacted = known.redacted.get(recorded.entry.source_type)
    if redacted:
        before, after = shown(recorded.before, redacted), shown(recorded.after, redacted)
        recorded = replace(recorded, before=before, after=after)
    return ShownEntry(recorded, known.job)


def _has(entry: ShownEntry, text: str) -> bool:
    recorded = entry.recorded
    logged = recorded.entry
    plain = (logged.user_name, logged.user_id, logged.account_id or "", logged.code, reason(logged))
    if any(text in part.casefold() for part in plain):
        return True
    changed = modified_properties(recorded)
    return any(text in (value or "").casefold() for row in changed for value in row.values())
