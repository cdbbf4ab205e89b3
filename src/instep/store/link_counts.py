"""How many accounts are linked at a target, and how many of them are inactive? Counted by indexes alone."""

from sqlalchemy import Connection, false, func, select

from instep.ledger.jobs import Job
from instep.store.tables.ledger import links

_NUMBER = select(func.count()).select_from(links)


def count_links(connection: Connection, job: Job) -> tuple[int, int]:
    """Return how many accounts are linked at the job's present target, and how many of them are active."""
    linked = _NUMBER.where(links.c.job_id == job.id, links.c.target_identity == job.target_identity)
    count = int(connection.execute(linked).scalar_one())
    # Left to itself, SQLite reads all the rows, with what was last written.
    by_index = linked.with_hint(links, "INDEXED BY ix_links_inactive", "sqlite")
    return count, count - int(connection.execute(by_index.where(links.c.is_active == false())).scalar_one())
