"""Which mails are sent, to whom, how often, and what if the mail server does not take them?"""

import asyncio
from datetime import timedelta
from email.message import EmailMessage

import pytest

from fakes.installation import Installation
from fakes.mail_server import MailServerThatSays
from fakes.memory_target import Fault
from instep.admin.status import status_of
from instep.cycle.conductor import Retries
from instep.ledger.jobs import JobState
from instep.notices.delivery import Postman
from instep.notices.ports import MailServer
from instep.notices.smtp import Security, SmtpServer
from instep.rules.health.outcomes import Answer, NotSent, Outcome
from instep.store.outbox import OutboxStore

REFUSED = Answer(401, b"the token has expired")
BOTH = ["amy@corp.example", "bo@corp.example"]


def deliver(installed: Installation, server: MailServerThatSays) -> int:
    """A postman's round; the server is a real one."""
    return deliver_by(installed, SmtpServer("127.0.0.1", server.port, Security.NONE))


def deliver_by(installed: Installation, server: MailServer) -> int:
    postman = Postman(OutboxStore(installed.database), server, installed.clock, "Instep <instep@corp.example>")
    return asyncio.run(postman.deliver())


def quarantine(installed: Installation, outcome: Outcome = REFUSED) -> None:
    """The job fails as a whole, in quarantine from now on."""
    if not installed.rows("SELECT id FROM users"):
        installed.hire("ada")
        installed.assign("ada")
    installed.target.faults = [Fault(outcome, {"GET", "POST", "PATCH"}, times=999)]
    installed.cycle(Retries.ALL)


def text_of(message: EmailMessage) -> str:
    """What the plain text says, on one line."""
    return " ".join(part_of(message, "plain").split())


def part_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_quarantine_is_told_once_to_each_recipient(installed: Installation, server: MailServerThatSays) -> None:
    quarantine(installed)
    quarantine(installed)
    assert deliver(installed, server) == 2
    assert server.subjects == [(address, "[Instep] Proxyclick is in quarantine") for address in BOTH]
    assert deliver(installed, server) == 0
    said = text_of(server.taken[0])
    assert "the target refuses the Secret Token: HTTP 401: the token has expired" in said
    assert "instep apps connect Proxyclick --tenant-url URL --token-stdin" in said
    assert "By itself it is tried next at 2026-03-02 14:00:00 UTC" in said
    assert "GET https://scim.example/v2/Users" in said
    assert "s3cr3t-token" not in said


def test_another_reason_is_told_once_more(installed: Installation, server: MailServerThatSays) -> None:
    quarantine(installed)
    quarantine(installed, NotSent("cannot connect"))
    quarantine(installed, NotSent("cannot connect"))
    deliver(installed, server)
    assert [subject for _, subject in server.subjects] == [
        *["[Instep] Proxyclick is in quarantine"] * 2,
        *["[Instep] Proxyclick is in quarantine for another reason"] * 2,
    ]
    assert "A request every ten" in text_of(server.taken[2])


def test_a_job_that_is_disabled_after_28_days_is_told(installed: Installation, server: MailServerThatSays) -> None:
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")
    quarantine(installed)
    deliver(installed, server)
    installed.wait(days=28)
    quarantine(installed)
    quarantine(installed)
    deliver(installed, server)
    assert server.subjects[2:] == [
        (address, "[Instep] Proxyclick is disabled after four weeks in quarantine") for address in BOTH
    ]


def test_held_removals_are_told_when_more_are_held(installed: Installation, server: MailServerThatSays) -> None:
    people = ["ada", "bob", "cid", "dan", "eve"]
    installed.hire_all(people)
    installed.assign_all()
    installed.settle(removals=0)
    installed.cycle()
    installed.disable("ada")
    for _ in range(2):
        installed.wait(minutes=40)
        installed.cycle()
    installed.disable("bob")
    installed.wait(minutes=40)
    installed.cycle()
    deliver(installed, server)
    told = [subject for address, subject in server.subjects if address == "amy@corp.example"]
    assert told == ["[Instep] Proxyclick: 1 removal is held", "[Instep] Proxyclick: 2 removals are held"]
    assert "instep apps plan approve Proxyclick" in text_of(server.taken[0])


def test_what_is_held_is_told_by_its_kinds(installed: Installation, server: MailServerThatSays) -> None:
    installed.hire("ada")
    installed.assign_all()
    installed.cycle()
    installed.settle(removals=0, creates=1)
    installed.hire_all(["bob", "cid"])
    installed.disable("ada")
    installed.cycle()
    deliver(installed, server)
    assert server.subjects[0][1] == "[Instep] Proxyclick: 2 creates and 1 removal are held"
    assert "this application needs an approval" in text_of(server.taken[0])


def test_an_initial_cycle_that_stopped_its_job_is_told(installed: Installation, server: MailServerThatSays) -> None:
    installed.hire_all([f"u{number:02d}" for number in range(25)])
    installed.assign_all()
    installed.target.faults = [Fault(Answer(400, b'{"detail": "on fire"}'), {"POST"}, times=999)]
    installed.cycle()
    deliver(installed, server)
    assert server.subjects[0][1] == "[Instep] Proxyclick was stopped: too many failures in its initial cycle"
    assert "25 of 25 failed (100 %)" in text_of(server.taken[0])


def test_a_quarantine_that_is_over_is_told(installed: Installation, server: MailServerThatSays) -> None:
    quarantine(installed)
    installed.target.faults = []
    installed.cycle()
    deliver(installed, server)
    assert server.subjects[2:] == [(address, "[Instep] Proxyclick is out of quarantine") for address in BOTH]
    assert "Proxyclick works again" in text_of(server.taken[2])


def test_whoever_lifts_a_quarantine_is_named_to_the_others(installed: Installation, server: MailServerThatSays) -> None:
    quarantine(installed)
    installed.jobs.connect(installed.job, "another-token", installed.now, "ada@corp.example")
    installed.jobs.set_state(installed.job, JobState.ACTIVE, installed.now, "tester")
    deliver(installed, server)
    assert server.subjects[2:] == [(address, "[Instep] Proxyclick is out of quarantine") for address in BOTH]
    said = text_of(server.taken[2])
    assert "ada@corp.example has lifted the quarantine" in said
    assert "the target refuses the Secret Token" in said
    assert "another-token" not in said


def test_a_cycle_with_failures_is_one_digest_where_that_is_wanted(
    installed: Installation, server: MailServerThatSays
) -> None:
    installed.hire_all([f"u{number:02d}" for number in range(30)])
    installed.assign_all()
    installed.target.faults = [Fault(Answer(400, b'{"detail": "on fire"}'), {"POST"}, times=12)]
    installed.settle(notify_failures=True)
    installed.cycle()
    deliver(installed, server)
    assert server.subjects == [(address, "[Instep] Proxyclick: 12 users and groups failed") for address in BOTH]
    said = text_of(server.taken[0])
    assert "12 users and groups of 30 failed" in said
    assert said.count("@corp.example: ") == 10
    assert "on fire" in said
    assert "and 2 more." in said
    installed.wait(minutes=40)
    installed.target.faults = []
    installed.cycle(Retries.ALL)
    assert deliver(installed, server) == 0


def test_single_failures_are_no_mail_unless_the_box_is_ticked(
    installed: Installation, server: MailServerThatSays
) -> None:
    installed.hire_all(["ada", "bo", "cid"])
    installed.assign_all()
    installed.target.faults = [Fault(Answer(400, b"no"), {"POST"}, times=1)]
    installed.cycle()
    assert deliver(installed, server) == 0


def test_nobody_is_told_where_nobody_is_named(installed: Installation, server: MailServerThatSays) -> None:
    installed.settle(notify=())
    quarantine(installed)
    assert deliver(installed, server) == 0


def test_a_recipient_who_is_refused_keeps_nobody_else_from_being_told_and_is_tried_again(
    installed: Installation, server: MailServerThatSays
) -> None:
    server.refused["amy@corp.example"] = "450 the mailbox is full"
    quarantine(installed)
    assert deliver(installed, server) == 1
    waiting = status_of(installed.service, installed.app).mails
    assert (waiting.number, "the mailbox is full" in str(waiting.problem)) == (1, True)
    server.refused.clear()
    installed.wait(seconds=59)
    assert deliver(installed, server) == 0, "its time has not come"
    installed.wait(seconds=1)
    assert deliver(installed, server) == 1
    assert [address for address, _ in server.subjects] == ["bo@corp.example", "amy@corp.example"]
    assert status_of(installed.service, installed.app).mails.number == 0


def test_a_mail_server_that_is_away_stops_no_cycle_and_its_mails_are_given_up_after_three_days(
    installed: Installation,
) -> None:
    away = SmtpServer("127.0.0.1", 9, Security.NONE)
    quarantine(installed)
    pauses = []
    for _ in range(9):
        assert deliver_by(installed, away) == 0
        [(again,)] = installed.rows("SELECT DISTINCT next_attempt_at FROM mails")
        pauses.append(again)
        installed.wait(hours=1)
    assert pauses[0][:16] == "2026-03-02T08:01"
    assert pauses[-1][:16] == "2026-03-02T17:00"
    installed.wait(days=3)
    deliver_by(installed, away)
    assert installed.rows("SELECT DISTINCT state FROM mails") == [("given up",)]


def test_a_mail_that_a_crash_left_open_is_sent_by_the_next_one_with_the_same_message_id(
    installed: Installation, server: MailServerThatSays
) -> None:
    quarantine(installed)
    outbox = OutboxStore(installed.database)
    claimed = outbox.claim(installed.now, installed.now + timedelta(minutes=5), 10)
    assert len(claimed) == 2
    assert deliver(installed, server) == 0, "somebody else is sending them"
    installed.wait(minutes=5)
    assert deliver(installed, server) == 2
    assert [str(message["Message-ID"]) for message in server.taken] == [
        f"<{mail.id}@instep.invalid>" for mail in claimed
    ]


def test_a_quarantine_and_its_mails_are_one_transaction(installed: Installation) -> None:
    with installed.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE mails")
    with pytest.raises(Exception, match="mails"):
        quarantine(installed)
    assert installed.job.quarantine is None
