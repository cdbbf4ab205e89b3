"""What is still known of a job that was deleted? What its log needs, to be shown and to be thrown away in time."""

from dataclasses import dataclass
from datetime import datetime

from instep.ledger.schema import Schema


@dataclass(frozen=True, slots=True)
class FormerJob:
    """A job that was deleted, alone or with its application; the schema says which values of its log are hidden."""

    id: str
    app_id: str
    app_name: str
    schema: Schema
    log_retention_days: int | None
    deleted_at: datetime
    deleted_by: str
