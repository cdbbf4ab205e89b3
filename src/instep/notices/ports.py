"""What does the delivery of mails need: those that wait, and a way to send one?"""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import Protocol

from instep.ledger.notices import Mail


class Outbox(Protocol):
    """The mails that wait in the ledger; each call is one transaction."""

    def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Mail]:
        """Return mails whose time has come, the oldest first; nobody else is given them before `until`."""

    def record_sent(self, mail: Mail, now: datetime) -> None:
        """Write down that the mail server has taken it: it is never sent again."""

    def record_failure(self, mail: Mail, problem: str, next_attempt_at: datetime | None) -> None:
        """Write down why it could not be sent, and when it is tried again; None: never."""


class MailServer(Protocol):
    """Whatever takes a mail; by SMTP, an SMTP server."""

    async def send(self, message: EmailMessage) -> None:
        """Return once the server has taken the message. Raises MailNotTaken."""


class MailNotTaken(Exception):
    """The mail server could not be reached, or did not take a message; the text says why."""
