"""How is a mail handed over, and what is said of a server that does not take it?"""

import asyncio
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from fakes.mail_server import MailServerThatSays
from fakes.page_structure import structure_of
from instep.ledger.notices import Mail, Notice, NoticeKind
from instep.notices.composing import compose
from instep.notices.ports import MailNotTaken
from instep.notices.smtp import Security, SmtpServer

HELD = Notice(NoticeKind.OPERATIONS_HELD, {"held": {"removals": 58}, "newly_held": 2})


def message(app_name: str = "Proxyclick", recipient: str = "amy@corp.example") -> EmailMessage:
    at = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return compose(
        Mail("7.job", 7, at, "app 1", app_name, recipient, HELD), "instep@corp.example", "https://console.example"
    )


def part_of(sent: EmailMessage, kind: str) -> str:
    part = sent.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def send(server: SmtpServer, sent: EmailMessage) -> None:
    asyncio.run(server.send(sent))


def test_a_mail_arrives_as_text_and_html_with_who_when_and_that_no_answer_is_expected(
    server: MailServerThatSays,
) -> None:
    send(SmtpServer("127.0.0.1", server.port, Security.NONE), message())
    [taken] = server.taken
    assert taken.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in taken.iter_parts()] == ["text/plain", "text/html"]
    assert (taken["From"], taken["To"]) == ("instep@corp.example", "amy@corp.example")
    assert taken["Subject"] == "[Instep] Proxyclick: 58 removals are held"
    assert taken["Date"] == "Mon, 02 Mar 2026 08:00:00 +0000"
    assert taken["Auto-Submitted"] == "auto-generated"
    assert "https://console.example/apps/app%201/provisioning/held" in part_of(taken, "plain")
    assert 'href="https://console.example/apps/app%201/provisioning/held"' in part_of(taken, "html")


def test_a_name_cannot_add_headers_or_steer_a_terminal(server: MailServerThatSays) -> None:
    send(SmtpServer("127.0.0.1", server.port, Security.NONE), message("Évil\r\nBcc: eve@else.example\x1b[2J"))
    [taken] = server.taken
    assert taken["Bcc"] is None
    assert str(taken["Subject"]).startswith("[Instep] Évil Bcc: eve@else.example")
    assert "\x1b" not in part_of(taken, "plain") + part_of(taken, "html")


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<a href='//evil'>x</a>"]
)
def test_a_name_is_never_markup(hostile: str) -> None:
    plain = structure_of(part_of(message("Proxyclick"), "html"))
    assert structure_of(part_of(message(hostile), "html")) == plain
    assert hostile in part_of(message(hostile), "plain")


def test_html_fetches_nothing_and_runs_nothing() -> None:
    shown = part_of(message(), "html")
    for foreign in ("<script", "<img", "<link", "url(", "@import", "src="):
        assert foreign not in shown


@pytest.mark.parametrize(
    ("server_settings", "words"),
    [
        (SmtpServer("127.0.0.1", 9, Security.NONE), "127.0.0.1"),
        (SmtpServer("mail.example", 25, Security.NONE, "me", "hunter2"), "unencrypted"),
    ],
)
def test_a_server_that_cannot_be_used_says_why_without_the_password(server_settings: SmtpServer, words: str) -> None:
    with pytest.raises(MailNotTaken, match=words) as refused:
        send(server_settings, message())
    assert "hunter2" not in str(refused.value)


def test_a_server_without_encryption_is_refused_where_it_was_asked_for(server: MailServerThatSays) -> None:
    with pytest.raises(MailNotTaken, match=r"127\.0\.0\.1"):
        send(SmtpServer("127.0.0.1", server.port, Security.STARTTLS), message())
    assert server.taken == []


def test_a_refused_recipient_is_named_by_the_servers_words(server: MailServerThatSays) -> None:
    server.refused["amy@corp.example"] = "550 no such mailbox"
    with pytest.raises(MailNotTaken, match="no such mailbox"):
        send(SmtpServer("127.0.0.1", server.port, Security.NONE), message())
