"""In which applications does somebody's session at Instep go on?"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Participation:
    """An application that got an assertion in a person's session, by which it can be told that the session ends.

    `session_index` is drawn anew for each assertion; `session` is the digest of the person's session.
    """

    session_index: str
    app_id: str
    session: bytes
    name_id: str
    name_id_format: str
    begun_at: datetime
