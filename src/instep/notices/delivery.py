"""How do mails leave the outbox: each sent once as far as anybody can tell, tried again, and never in a cycle's way?"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from instep.clock import Clock
from instep.ledger.notices import Mail
from instep.notices.composing import compose
from instep.notices.ports import MailNotTaken, MailServer, Outbox

LOOK_EVERY_SECONDS = 5.0
AT_A_TIME = 5
CLAIMED_FOR = timedelta(minutes=5)  # longer than so many attempts to reach a server that does not answer
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=3)  # what is older says nothing any more: look at the status instead

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Postman:
    """Delivers what waits; `console_url` is put into the mails where it is known."""

    outbox: Outbox
    server: MailServer
    clock: Clock
    sender: str
    console_url: str | None = None

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Look for mails until stopped; whatever goes wrong here stops nothing else."""
        while not stopped.is_set():
            try:
                await self.deliver()
            except Exception:
                log.exception("delivering mails failed")
            try:
                await asyncio.wait_for(stopped.wait(), LOOK_EVERY_SECONDS)
            except TimeoutError:
                continue

    async def deliver(self) -> int:
        """Send every mail whose time has come; return how many the server took."""
        taken = 0
        while True:
            now = self.clock()
            mails = await asyncio.to_thread(self.outbox.claim, now, now + CLAIMED_FOR, AT_A_TIME)
            for mail in mails:
                taken += await self._deliver(mail)
            if len(mails) < AT_A_TIME:
                return taken

    async def _deliver(self, mail: Mail) -> int:
        if self.clock() - mail.at >= GIVEN_UP_AFTER:
            await asyncio.to_thread(self.outbox.record_failure, mail, "it waited for three days", None)
            return 0
        try:
            await self.server.send(compose(mail, self.sender, self.console_url))
        except MailNotTaken as problem:
            again = next_attempt(mail.attempts + 1, self.clock())
            log.warning("a mail was not taken", recipient=mail.recipient, problem=str(problem), again=str(again))
            await asyncio.to_thread(self.outbox.record_failure, mail, str(problem), again)
            return 0
        await asyncio.to_thread(self.outbox.record_sent, mail, self.clock())
        return 1


def next_attempt(attempts: int, now: datetime) -> datetime:
    """Return when a mail that failed so many times is tried again: after 1, 2, 4 ... 60 minutes."""
    return now + min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(attempts - 1, 10)))
