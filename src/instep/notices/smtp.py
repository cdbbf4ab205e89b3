"""How is a mail handed to an SMTP server?"""

from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum

import aiosmtplib

from instep.notices.ports import MailNotTaken

ANSWERS_WITHIN_SECONDS = 20.0
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


class Security(StrEnum):
    """How the connection is encrypted; with `none`, a password is sent to this machine only."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """One SMTP server; its certificate is always verified."""

    host: str
    port: int | None = None
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = None

    async def send(self, message: EmailMessage) -> None:
        """Return once the server has taken the message. Raises MailNotTaken; the password is never in its text."""
        if self.password and self.security is Security.NONE and self.host not in LOOPBACK_HOSTS:
            raise MailNotTaken("the password would cross the network unencrypted; set INSTEP_SMTP_SECURITY")
        try:
            refused, _ = await aiosmtplib.send(
                message,
                hostname=self.host,
                port=self.port or PORTS[self.security],
                username=self.username,
                password=self.password,
                use_tls=self.security is Security.TLS,
                start_tls=self.security is Security.STARTTLS,
                timeout=ANSWERS_WITHIN_SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise MailNotTaken(self._in_words(error)) from None
        for response in refused.values():
            raise MailNotTaken(f"{self.host} refuses the recipient: {response.code} {response.message}")

    def _in_words(self, error: Exception) -> str:
        text = " ".join(str(error).split()) or type(error).__name__
        if self.password:
            text = text.replace(self.password, "(the password)")
        return f"{self.host}: {text}"
