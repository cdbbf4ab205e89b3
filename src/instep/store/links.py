"""Which account belongs to which user, one link at a time, for people who ask and repair?"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, select

from instep.admin.ports import KeptLink
from instep.clock import from_text
from instep.ledger.jobs import Job
from instep.ledger.records import Link
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.feed import link_from
from instep.store.link_counts import count_links
from instep.store.tables.ledger import links


class LinkStore:
    """The links of instep.admin.ports.Jobs, at the job's present target."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def link(self, job: Job, user_id: str) -> Link | None:
        """Return a user's link."""
        kept = self.kept_link(job, user_id)
        return None if kept is None else kept.link

    def kept_link(self, job: Job, user_id: str) -> KeptLink | None:
        """Return a user's link, and since when there is one."""
        return self._kept(job, links.c.user_id == user_id)

    def kept_link_of_account(self, job: Job, account_id: str) -> KeptLink | None:
        """Return the link to an account."""
        return self._kept(job, links.c.account_id == account_id)

    def link_counts(self, job: Job) -> tuple[int, int]:
        """Return how many accounts are linked, and how many of them are active."""
        with self._database.read() as connection:
            return count_links(connection, job)

    def remove_link(self, job: Job, link: Link, name: str, now: datetime, actor: str) -> None:
        """Remove a link, with a row of the audit log; the account is not touched."""
        of_user = delete(links).where(_at_target(job), links.c.user_id == link.user_id)
        details = {"sourceAnchor": link.user_id, "targetAnchor": link.account_id, "displayName": name}
        with self._database.write(job.id) as connection:
            if connection.execute(of_user).rowcount:
                write_audit(connection, job.app_id, now, actor, "Delete object connection", details)

    def _kept(self, job: Job, which: ColumnElement[bool]) -> KeptLink | None:
        columns = (links.c.user_id, links.c.account_id, links.c.is_active, links.c.origin, links.c.last_written)
        query = select(*columns, links.c.linked_at).where(_at_target(job), which)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else KeptLink(link_from(row), from_text(row.linked_at))


def _at_target(job: Job) -> ColumnElement[bool]:
    return and_(links.c.job_id == job.id, links.c.target_identity == job.target_identity)
