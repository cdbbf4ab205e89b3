"""Who must never lose an account, whatever the directory says of them?"""

from dataclasses import dataclass
from datetime import datetime

from instep.directory.applications import PrincipalType

EVERY_APPLICATION = "*"  # in the place of an application's id


@dataclass(frozen=True, slots=True)
class Protection:
    """A user, or the members of a group and of the groups in it, whom no job may disable or delete."""

    app_id: str
    principal_type: PrincipalType
    principal_id: str
    protected_at: datetime
    protected_by: str
