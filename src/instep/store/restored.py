"""What must an installation that comes from a backup forget, as the world has gone on without it?"""

from datetime import datetime

from sqlalchemy import delete, select, update

from instep.clock import to_text
from instep.ledger.cycles import CycleState
from instep.ledger.jobs import JobState
from instep.ledger.plans import PlanOrigin, PlanState
from instep.store.audit import write_audit
from instep.store.database import Database
from instep.store.tables.access import access_tokens, one_time_links, pending_sign_ins, sessions
from instep.store.tables.groups import group_links
from instep.store.tables.jobs import jobs
from instep.store.tables.ledger import claims, cycles, links, target_accounts, turns
from instep.store.tables.notices import mails
from instep.store.tables.people import person_links, person_pending_sign_ins, person_sessions
from instep.store.tables.plans import plans
from instep.store.tables.sign_on import saml_waiting

_WHY = "the installation was restored from a backup"
_OPEN = (PlanState.DRAFT.value, PlanState.PLANNED.value, PlanState.APPROVED.value, PlanState.APPLYING.value)


def distrust(database: Database, now: datetime, actor: str) -> int:
    """Take back what a backup knows and may not be true any more; return how many jobs there are, all stopped.

    Which account belongs to whom stays known. What the accounts say does not: the next cycle is an initial one, and
    writes every value anew. Members of groups are read and compared. No plan that was agreed to is applied, no mail
    is sent a second time, and nobody is signed in.
    """
    at = to_text(now)
    with database.write() as connection:
        for row in connection.execute(select(jobs.c.id, jobs.c.app_id)).all():
            write_audit(connection, row.app_id, now, actor, "Disable/pause provisioning configuration", {"why": _WHY})
        stopped = {"state": JobState.PAUSED.value, "watermark": None, "revision": jobs.c.revision + 1}
        version = {"configuration_version": jobs.c.configuration_version + 1}
        number = connection.execute(
            update(jobs).values(**stopped, **version, stopped_in_revision=jobs.c.revision + 1)
        ).rowcount
        under_way = cycles.c.state.in_((CycleState.RUNNING.value, CycleState.INTERRUPTED.value))
        ended = {"ended_at": at, "reason": _WHY}
        connection.execute(update(cycles).where(under_way).values(state=CycleState.SUPERSEDED.value, **ended))
        connection.execute(update(links).values(last_written="{}"))
        connection.execute(update(group_links).values(last_written="{}", is_compared=False))
        agreed = (plans.c.state.in_(_OPEN), plans.c.origin != PlanOrigin.HELD.value)
        connection.execute(update(plans).where(*agreed).values(state=PlanState.STALE.value, **ended))
        connection.execute(update(mails).where(mails.c.state == "queued").values(state="given up", problem=_WHY))
        signed_in = (
            sessions,
            pending_sign_ins,
            one_time_links,
            access_tokens,
            person_sessions,
            person_pending_sign_ins,
            person_links,
        )
        for table in (turns, claims, target_accounts, *signed_in, saml_waiting):
            connection.execute(delete(table))
        return number
