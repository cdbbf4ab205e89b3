"""How is what an administrator did kept: one row of the audit log, in the transaction of the deed?"""

from collections.abc import Mapping
from datetime import datetime

import orjson
from sqlalchemy import Connection, insert

from instep.clock import to_text
from instep.store.tables.jobs import audit_log

THE_SERVICE = "Instep"  # the actor of what nobody did by hand


def write_audit(
    connection: Connection, app_id: str | None, now: datetime, actor: str, activity: str, details: Mapping[str, object]
) -> None:
    """Add a row; `activity` is one of engine.md 13."""
    connection.execute(
        insert(audit_log).values(
            at=to_text(now),
            actor=actor,
            activity=activity,
            app_id=app_id,
            details=orjson.dumps(details).decode(),
        )
    )
