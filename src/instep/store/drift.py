"""Where is it kept what has drifted: the sweep with its place, whom it saw, what it found?"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, delete, func, select, text

from instep.admin.ports import DriftQuery
from instep.clock import from_text, to_text
from instep.ledger.drift import GONE, DriftCounts, Finding, Sample, Sweep, SweepState
from instep.ledger.jobs import Job
from instep.rules.drift.compare import Drifted
from instep.store.bulk import ids_text, insert_rows
from instep.store.database import Database
from instep.store.documents import moment
from instep.store.tables.drift import drift_accounts, drift_findings, drift_samples, drift_sweeps

_AMONG = "IN (SELECT value FROM json_each(:ids))"
# Linked before the walk began, and not seen by it.
_GONE = """
    FROM links l LEFT JOIN users u ON u.id = l.user_id
    WHERE l.job_id = :job AND l.target_identity = :identity AND l.linked_at < :begun
    AND NOT EXISTS (SELECT 1 FROM drift_accounts a WHERE a.job_id = :job AND a.account_id = l.account_id)"""
_FORGET = """
    DELETE FROM drift_findings WHERE job_id = :job
    AND account_id NOT IN (SELECT a.account_id FROM drift_accounts a WHERE a.job_id = :job)"""


class DriftStore:
    """instep.admin.ports.Drifts over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sweep(self, job: Job) -> Sweep | None:
        """Return the job's last sweep."""
        query = select(drift_sweeps.c.sweep).where(drift_sweeps.c.job_id == job.id)
        with self._database.read() as connection:
            kept = connection.execute(query).scalar()
        return None if kept is None else _sweep(kept)

    def begin(self, job: Job, sweep: Sweep) -> None:
        """Write a new sweep down in place of the last; its findings stay until their accounts are seen again."""
        with self._database.write(job.id) as connection:
            connection.execute(delete(drift_accounts).where(drift_accounts.c.job_id == job.id))
            _save(connection, job, sweep)

    def seen(self, job: Job, account_ids: Collection[str]) -> int:
        """Return how many of these accounts the sweep under way has seen."""
        query = f"SELECT count(*) FROM drift_accounts WHERE job_id = :job AND account_id {_AMONG}"
        with self._database.read() as connection:
            bound = {"job": job.id, "ids": ids_text(account_ids)}
            return int(connection.execute(text(query), bound).scalar_one())

    def record(
        self, job: Job, sweep: Sweep, account_ids: Collection[str], findings: Sequence[Finding], now: datetime
    ) -> None:
        """Write a page down: the sweep as it is now, whom it saw, and all that was found about them."""
        with self._database.write(job.id) as connection:
            rows = [(job.id, account_id) for account_id in account_ids]
            insert_rows(connection, "drift_accounts (job_id, account_id)", rows, "ON CONFLICT DO NOTHING")
            bound = {"job": job.id, "ids": ids_text(account_ids)}
            connection.execute(text(f"DELETE FROM drift_findings WHERE job_id = :job AND account_id {_AMONG}"), bound)
            _insert(connection, job, findings, now)
            _save(connection, job, sweep)

    def end(self, job: Job, sweep: Sweep, now: datetime) -> Sweep:
        """End a walk that saw everyone: whom it did not see is gone, and forgotten where not linked any more."""
        with self._database.write(job.id) as connection:
            bound = {"job": job.id, "identity": job.target_identity, "begun": to_text(sweep.begun_at)}
            connection.execute(text(_FORGET), {"job": job.id})
            rows = connection.execute(text(f"SELECT l.account_id, l.user_id, u.attributes {_GONE}"), bound).all()
            nothing = Drifted(GONE, None, None, None)
            gone = [Finding(row.account_id, row.user_id, _name(row), nothing) for row in rows]
            _insert(connection, job, gone, now)
            ended = replace(sweep, gone=len(gone))
            _save(connection, job, ended)
            connection.execute(delete(drift_accounts).where(drift_accounts.c.job_id == job.id))
            return ended

    def save(self, job: Job, sweep: Sweep) -> None:
        """Write down how a sweep stands."""
        with self._database.write(job.id) as connection:
            _save(connection, job, sweep)

    def findings(self, job: Job, wanted: DriftQuery) -> Sequence[Finding]:
        """Return some of the findings."""
        row = drift_findings.c
        query = select(drift_findings).where(row.job_id == job.id)
        if wanted.attribute is not None:
            query = query.where(row.attribute == wanted.attribute)
        if wanted.text:
            query = query.where(row.user_name.icontains(wanted.text, autoescape=True))
        if wanted.after:
            account_id, _, attribute = wanted.after.partition("\n")
            is_later = (row.account_id == account_id) & (row.attribute > attribute)
            query = query.where((row.account_id > account_id) | is_later)
        if wanted.before:
            account_id, _, attribute = wanted.before.partition("\n")
            is_earlier = (row.account_id == account_id) & (row.attribute < attribute)
            query = query.where((row.account_id < account_id) | is_earlier)
        order = (row.account_id, row.attribute)
        query = query.order_by(*(each.desc() for each in order) if wanted.before else order).limit(wanted.limit)
        with self._database.read() as connection:
            found = [_finding(each) for each in connection.execute(query)]
        return list(reversed(found)) if wanted.before else found

    def linked_users(self, job: Job, places: Sequence[int]) -> Sequence[str]:
        """Return the linked users at these places, counted from 0 in the order of their ids; fewer by now, perhaps."""
        query = """SELECT user_id FROM links WHERE job_id = :job AND target_identity = :identity
                   ORDER BY user_id LIMIT 1 OFFSET :place"""
        at = {"job": job.id, "identity": job.target_identity}
        with self._database.read() as connection:
            found = [connection.execute(text(query), {**at, "place": place}).scalar() for place in places]
        return [user_id for user_id in found if user_id is not None]

    def save_sample(self, job: Job, sample: Sample) -> None:
        """Write a sample down in place of the last."""
        kept = orjson.dumps({**asdict(sample), "taken_at": to_text(sample.taken_at)}).decode()
        with self._database.write(job.id) as connection:
            connection.execute(
                text("""INSERT INTO drift_samples (job_id, sample) VALUES (:job, :sample)
                        ON CONFLICT (job_id) DO UPDATE SET sample = excluded.sample"""),
                {"job": job.id, "sample": kept},
            )

    def sample(self, job: Job) -> Sample | None:
        """Return the job's last sample."""
        query = select(drift_samples.c.sample).where(drift_samples.c.job_id == job.id)
        with self._database.read() as connection:
            kept = connection.execute(query).scalar()
        if kept is None:
            return None
        document = orjson.loads(kept)
        return Sample(**{**document, "taken_at": from_text(document["taken_at"])})

    def counts(self, job: Job) -> DriftCounts:
        """Return how many there are."""
        row = drift_findings.c
        of_job = row.job_id == job.id
        each = select(row.attribute, func.count()).where(of_job).group_by(row.attribute).order_by(row.attribute)
        with self._database.read() as connection:
            by_attribute = {attribute: int(count) for attribute, count in connection.execute(each)}
            accounts = connection.execute(select(func.count(func.distinct(row.account_id))).where(of_job)).scalar_one()
        return DriftCounts(sum(by_attribute.values()), int(accounts), by_attribute)


def _save(connection: Connection, job: Job, sweep: Sweep) -> None:
    document = {**asdict(sweep), "begun_at": to_text(sweep.begun_at)}
    document["ended_at"] = None if sweep.ended_at is None else to_text(sweep.ended_at)
    connection.execute(
        text("""INSERT INTO drift_sweeps (job_id, sweep) VALUES (:job, :sweep)
                ON CONFLICT (job_id) DO UPDATE SET sweep = excluded.sweep"""),
        {"job": job.id, "sweep": orjson.dumps(document).decode()},
    )


def _sweep(kept: str) -> Sweep:
    document: Mapping[str, Any] = orjson.loads(kept)
    times = {"begun_at": from_text(document["begun_at"]), "ended_at": moment(document["ended_at"])}
    kept_as = {"state": SweepState(document["state"]), "claimed": tuple(document["claimed"])}
    return Sweep(**{**document, **times, **kept_as})


def _insert(connection: Connection, job: Job, findings: Sequence[Finding], now: datetime) -> None:
    rows = [
        (job.id, each.account_id, each.drifted.attribute, each.user_id, each.user_name, _values(each), to_text(now))
        for each in findings
    ]
    columns = "job_id, account_id, attribute, user_id, user_name, drifted_values, found_at"
    later = """ON CONFLICT (job_id, account_id, attribute) DO UPDATE SET user_id = excluded.user_id,
        user_name = excluded.user_name, drifted_values = excluded.drifted_values, found_at = excluded.found_at"""
    insert_rows(connection, f"drift_findings ({columns})", rows, later)


def _values(finding: Finding) -> str:
    of = finding.drifted
    return orjson.dumps([of.written, of.there, of.wanted]).decode()


def _finding(row: Row[Any]) -> Finding:
    drifted = Drifted(row.attribute, *orjson.loads(row.drifted_values))
    return Finding(row.account_id, row.user_id, row.user_name, drifted, from_text(row.found_at))


def _name(row: Row[Any]) -> str:
    attributes = orjson.loads(row.attributes) if row.attributes else {}
    return str(attributes.get("userPrincipalName", row.user_id))
