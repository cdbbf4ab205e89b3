"""With which certificates does an application check what Instep signs for it?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

VALID_FOR_YEARS = 3  # as in Entra
TOLD_DAYS_AHEAD = (60, 30, 7)
MOST_CERTIFICATES = 5


@dataclass(frozen=True, slots=True)
class SamlCertificate:
    """A SAML signing certificate of one application; its private key is kept sealed, and is no part of this.

    `told_days_ahead` is the last of the notices before it expires that was sent, if one was.
    """

    id: str
    app_id: str
    pem: str
    is_active: bool
    created_at: datetime
    expires_at: datetime
    told_days_ahead: int | None = None

    def is_expired(self, now: datetime) -> bool:
        """Whether nobody should believe in it any more."""
        return now >= self.expires_at

    def notice_due(self, now: datetime) -> int | None:
        """Return the notice that is to be sent now, in days ahead of the end; None when there is none."""
        due = [days for days in TOLD_DAYS_AHEAD if now >= self.expires_at - timedelta(days=days)]
        if not due or (self.told_days_ahead is not None and min(due) >= self.told_days_ahead):
            return None
        return min(due)
