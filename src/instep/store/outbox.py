"""Where do mails wait until a server has taken them?"""

from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection, func, insert, select, text, update

from instep.clock import from_text, to_text
from instep.directory.applications import App
from instep.ledger.jobs import Job
from instep.ledger.notices import Mail, Notice, NoticeKind, WaitingMails
from instep.store.database import Database
from instep.store.documents import settings_from
from instep.store.tables.jobs import apps, jobs
from instep.store.tables.notices import mails


def queue_mails(connection: Connection, job: Job, notices: Sequence[Notice], now: datetime) -> None:
    """Write a mail down for each notice and each recipient of the job."""
    _queue(connection, job.id, job.app_id, job.app_name, job.settings.notify, notices, now)


def queue_app_mails(connection: Connection, app: App, notice: Notice, now: datetime) -> None:
    """Write a mail down for each of those whom the application names; it is about no job."""
    _queue(connection, app.id, app.id, app.name, app.notification_emails, [notice], now)


def tell_of_lifting(connection: Connection, app_id: str, now: datetime, actor: str) -> None:
    """Write down for each recipient that an administrator's act lifts the quarantine; nothing where there is none.

    To be called in the transaction of the act, before it.
    """
    row = connection.execute(
        select(jobs.c.id, jobs.c.quarantine, jobs.c.settings, apps.c.name)
        .join(apps, apps.c.id == jobs.c.app_id)
        .where(jobs.c.app_id == app_id, jobs.c.quarantine.is_not(None))
    ).first()
    if row is None:
        return
    quarantine = orjson.loads(row.quarantine)
    facts = {"since": quarantine["since"], "message": quarantine["problem"][1], "by": actor}
    notices = [Notice(NoticeKind.QUARANTINE_LIFTED, facts)]
    _queue(connection, row.id, app_id, row.name, settings_from(row.settings).notify, notices, now)


def _queue(
    connection: Connection,
    job_id: str,
    app_id: str,
    app_name: str,
    recipients: Sequence[str],
    notices: Sequence[Notice],
    now: datetime,
) -> None:
    rows = [
        {
            "at": to_text(now),
            "job_id": job_id,
            "app_id": app_id,
            "app_name": app_name,
            "recipient": recipient,
            "kind": notice.kind.value,
            "facts": orjson.dumps(notice.facts).decode(),
            "state": "queued",
            "attempts": 0,
            "next_attempt_at": to_text(now),
        }
        for notice in notices
        for recipient in recipients
    ]
    if rows:
        connection.execute(insert(mails), rows)


class OutboxStore:
    """instep.notices.ports.Outbox over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Mail]:
        """Return mails whose time has come, the oldest first; nobody else is given them before `until`."""
        due = (
            select(mails.c.id)
            .where(mails.c.state == "queued", mails.c.next_attempt_at <= to_text(now))
            .where(mails.c.claimed_until.is_(None) | (mails.c.claimed_until <= to_text(now)))
            .order_by(mails.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            if connection.execute(due).first() is None:
                return []
        with self._database.write() as connection:
            ids = list(connection.execute(due).scalars())
            connection.execute(update(mails).where(mails.c.id.in_(ids)).values(claimed_until=to_text(until)))
            rows = connection.execute(select(mails).where(mails.c.id.in_(ids)).order_by(mails.c.id)).all()
        return [
            Mail(
                f"{row.id}.{row.job_id}",
                row.id,
                from_text(row.at),
                row.app_id,
                row.app_name,
                row.recipient,
                Notice(NoticeKind(row.kind), orjson.loads(row.facts)),
                row.attempts,
            )
            for row in rows
        ]

    def record_sent(self, mail: Mail, now: datetime) -> None:
        """Write down that the mail server has taken it: it is never sent again."""
        self._update(mail, state="sent", sent_at=to_text(now), claimed_until=None, problem=None)

    def record_failure(self, mail: Mail, problem: str, next_attempt_at: datetime | None) -> None:
        """Write down why it could not be sent, and when it is tried again; None: never."""
        again = {"state": "given up"} if next_attempt_at is None else {"next_attempt_at": to_text(next_attempt_at)}
        self._update(mail, attempts=mail.attempts + 1, problem=problem, claimed_until=None, **again)

    def waiting(self, job: Job) -> WaitingMails:
        """Return how many mails about the job wait, and why the last of them did not leave."""
        queued = (mails.c.job_id == job.id, mails.c.state == "queued")
        with self._database.read() as connection:
            number = connection.execute(select(func.count()).select_from(mails).where(*queued)).scalar_one()
            problem = connection.execute(
                select(mails.c.problem).where(*queued, mails.c.problem.is_not(None)).order_by(text("id DESC")).limit(1)
            ).scalar_one_or_none()
        return WaitingMails(int(number), problem)

    def _update(self, mail: Mail, **values: object) -> None:
        with self._database.write() as connection:
            connection.execute(update(mails).where(mails.c.id == mail.number).values(**values))
