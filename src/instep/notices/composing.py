"""What does a mail say, so that an administrator can act on it?"""

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import quote

from instep.clock import from_text
from instep.ledger.notices import Mail, NoticeKind
from instep.notices.letters import Block, Commands, Letter, Link, Listed, Paragraph, Requests
from instep.notices.rendering import as_html, as_text, one_line

Facts = Mapping[str, object]
_REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
_UNREACHABLE = "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"
_NAMES_OF_HELD = {"everything": "operations"}  # what needs an approval, of whatever kind
_NO_SCIM_SERVICE = "SystemForCrossDomainIdentityManagementServiceIncompatible"


@dataclass(frozen=True, slots=True)
class _Sort:
    """One kind of letter: its subject, what it says, and the page of the application that it leads to."""

    subject: Callable[[str, Facts], str]
    blocks: Callable[[str, Facts], Iterator[Block]]
    page: Callable[[Facts], Link]


def compose(mail: Mail, sender: str, console_url: str | None) -> EmailMessage:
    """Return the message, as text and as HTML; its Message-ID is the mail's own, so that a repetition can be told."""
    letter = write_letter(mail)
    foot = _foot(mail.app_name)
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = f"[Instep] {letter.about}"
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@instep.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(letter, console_url, foot))
    message.add_alternative(as_html(letter, console_url, foot), subtype="html")
    return message


def write_letter(mail: Mail) -> Letter:
    """Return what a mail says."""
    sort, facts = _SORTS[mail.notice.kind], mail.notice.facts
    link = sort.page(facts)
    path = f"/apps/{quote(mail.app_id, safe='')}{link.path}"
    about = sort.subject(one_line(mail.app_name), facts)
    return Letter(about, tuple(sort.blocks(mail.app_name, facts)), Link(link.title, path))


def _quarantined(app: str, facts: Facts) -> Iterator[Block]:
    yield Paragraph(f"The provisioning of {app} is in quarantine since {_moment(facts, 'since')}.")
    yield from _what_is_wrong(facts)
    yield Paragraph(
        "What it means: nothing is created, updated or disabled there until it is mended. Nothing is lost; it goes on "
        "from where it stopped."
    )
    yield from _what_to_do(app, facts)
    yield Paragraph(f"By itself it is tried next at {_moment(facts, 'next_attempt_at')}, and for four weeks at most.")
    yield from _requests(facts)


def _changed(app: str, facts: Facts) -> Iterator[Block]:
    yield Paragraph(f"The provisioning of {app} is still in quarantine, for another reason than before.")
    yield from _what_is_wrong(facts)
    yield from _what_to_do(app, facts)
    yield Paragraph(f"By itself it is tried next at {_moment(facts, 'next_attempt_at')}.")
    yield from _requests(facts)


def _lifted(app: str, facts: Facts) -> Iterator[Block]:
    by = facts.get("by")
    if isinstance(by, str):
        yield Paragraph(f"{one_line(by)} has lifted the quarantine in which the provisioning of {app} was.")
    else:
        yield Paragraph(f"The provisioning of {app} works again.")
    yield Paragraph(f"It was in quarantine since {_moment(facts, 'since')}. What was wrong: {facts.get('message')}")
    if isinstance(by, str):
        yield Paragraph("It is tried anew now. Should it fail again, another mail tells it.")
    else:
        yield Paragraph("All that has changed meanwhile is taken up. There is nothing to do.")


def _disabled(app: str, facts: Facts) -> Iterator[Block]:
    yield Paragraph(f"The provisioning of {app} was in quarantine since {_moment(facts, 'since')}: four weeks.")
    yield Paragraph("It is disabled now. Nothing is tried any more, and the accounts there follow nobody.")
    yield from _what_is_wrong(facts)
    yield from _what_to_do(app, facts)
    yield Paragraph("Once it runs again, everyone is evaluated again.")
    yield from _requests(facts)


def _pruned(app: str, facts: Facts) -> Iterator[Block]:
    yield Paragraph(f"The initial cycle of {app} ran to its end, but with so many failures that the job was stopped.")
    yield Paragraph(f"What is wrong: {facts.get('message')}.")
    yield Paragraph(
        "Nobody is tried again by itself. Put right what they failed with, then start the job. Everyone is evaluated "
        "again then:"
    )
    quoted = shlex.quote(app)
    yield Commands((f"instep logs --app {quoted} --status failure", f"instep apps start {quoted}"))
    yield from _requests(facts)


def _held(app: str, facts: Facts) -> Iterator[Block]:
    quoted = shlex.quote(app)
    yield Paragraph(
        f"{_what_is_held(facts)} held in {app}, {facts.get('newly_held')} of late: together they exceed a budget, or "
        "this application needs an approval."
    )
    yield Paragraph("None was sent; everything else goes on. See who they are, and in which set:")
    yield Commands((f"instep apps held {quoted}",))
    yield Paragraph(
        "If they are not meant, put the directory right: in the next cycle they are forgotten. Or refuse the set:"
    )
    yield Commands((f"instep apps plan reject {quoted}",))
    yield Paragraph("If they are meant, let exactly these go:")
    yield Commands((f"instep apps plan approve {quoted}",))


def _failed(app: str, facts: Facts) -> Iterator[Block]:
    failing = facts.get("failing")
    listed = tuple(str(each) for each in failing) if isinstance(failing, list) else ()
    yield Paragraph(f"In a cycle of {app} that has ended, {_who_failed(facts)} of {facts.get('entries')} failed.")
    if listed:
        yield Listed(listed)
        if (more := _number(facts, "escrowed") - len(listed)) > 0:
            yield Paragraph(f"and {more} more.")
    yield Paragraph(
        "Everyone else was provisioned. Those who failed are tried again by themselves, less and less often, until it "
        "works. What they failed with is in the log:"
    )
    yield Commands((f"instep logs --app {shlex.quote(app)} --status failure",))


def _expires(app: str, facts: Facts) -> Iterator[Block]:
    yield Paragraph(
        f"The certificate with which Instep signs people in to {app} expires at {_moment(facts, 'expires_at')}. From "
        "then on nobody is signed in to it through Instep. Provisioning goes on."
    )
    yield Paragraph(
        "What to do: under Single sign-on, make a new certificate, set it up in the application beside this one or in "
        "its place, and make it active. Delete this one when people sign in by the new one."
    )


def _who_failed(facts: Facts) -> str:
    failed = _number(facts, "failed")
    return "1 user or group" if failed == 1 else f"{failed} users and groups"


def _what_is_held(facts: Facts) -> str:
    """Say how much of what waits: 6 creates and 1 removal are."""
    held = facts.get("held")
    several = held if isinstance(held, Mapping) else {}
    named = {_NAMES_OF_HELD.get(str(subject), str(subject)): number for subject, number in several.items()}
    parts = [f"1 {name.removesuffix('s')}" if number == 1 else f"{number} {name}" for name, number in named.items()]
    return f"{' and '.join(parts)} {'is' if list(named.values()) == [1] else 'are'}"


def _what_is_wrong(facts: Facts) -> Iterator[Block]:
    yield Paragraph(f"What is wrong: {facts.get('message')} ({facts.get('reason')})")


def _what_to_do(app: str, facts: Facts) -> Iterator[Block]:
    quoted = shlex.quote(app)
    connect = Commands((f"instep apps connect {quoted} --tenant-url URL --token-stdin",))
    match facts.get("code"):
        case str(code) if code == _REFUSED:
            yield Paragraph("What to do: connect it anew with a Secret Token that works, which lifts the quarantine:")
            yield connect
            yield Paragraph("Or, if the token is right again in the application:")
        case str(code) if code == _NO_SCIM_SERVICE:
            yield Paragraph("What to do: check the Tenant URL, and connect it anew, which lifts the quarantine:")
            yield connect
            yield Paragraph("Or, if the application answers again as it should:")
        case str(code) if code == _UNREACHABLE:
            yield Paragraph(
                "What to do: see whether the application is running and can be reached from here. A request every ten "
                "minutes asks for it; once it answers, all goes on by itself. To try it now:"
            )
        case _:
            yield Paragraph("What to do: see with what they fail, and put that right:")
            yield Commands((f"instep apps escrows {quoted}",))
            yield Paragraph("Then lift the quarantine:")
    yield Commands((f"instep apps start {quoted}",))


def _requests(facts: Facts) -> Iterator[Block]:
    requests = facts.get("requests")
    if isinstance(requests, list) and requests:
        yield Requests(requests)


def _foot(app: str) -> str:
    return (
        f"All about it: instep apps status {one_line(shlex.quote(app))}. Who gets these mails is set as Notification "
        "Email of the application, or by: instep apps set APP notify=MAIL,MAIL"
    )


def _moment(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return f"{from_text(value):%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, str) else "no moment any more"


def _number(facts: Facts, name: str) -> int:
    value = facts.get(name)
    return value if isinstance(value, int) else 0


def _overview(_: Facts) -> Link:
    return Link("Open its provisioning in Instep", "/provisioning")


def _where_it_is_mended(facts: Facts) -> Link:
    is_connection = facts.get("code") in (_REFUSED, _NO_SCIM_SERVICE)
    return Link("Open its connection in Instep", "/provisioning/connection") if is_connection else _overview(facts)


def _sign_on_page(_: Facts) -> Link:
    return Link("Open its single sign-on in Instep", "/single-sign-on")


def _held_page(_: Facts) -> Link:
    return Link("See, approve or reject them in Instep", "/provisioning/held")


_SORTS: Mapping[NoticeKind, _Sort] = {
    NoticeKind.QUARANTINED: _Sort(lambda app, _: f"{app} is in quarantine", _quarantined, _where_it_is_mended),
    NoticeKind.QUARANTINE_CHANGED: _Sort(
        lambda app, _: f"{app} is in quarantine for another reason", _changed, _where_it_is_mended
    ),
    NoticeKind.QUARANTINE_LIFTED: _Sort(lambda app, _: f"{app} is out of quarantine", _lifted, _overview),
    NoticeKind.DISABLED: _Sort(
        lambda app, _: f"{app} is disabled after four weeks in quarantine", _disabled, _where_it_is_mended
    ),
    NoticeKind.ESCROWS_PRUNED: _Sort(
        lambda app, _: f"{app} was stopped: too many failures in its initial cycle", _pruned, _overview
    ),
    NoticeKind.OPERATIONS_HELD: _Sort(lambda app, facts: f"{app}: {_what_is_held(facts)} held", _held, _held_page),
    NoticeKind.CERTIFICATE_EXPIRES: _Sort(
        lambda app, facts: f"{app}: its SAML certificate expires within {facts.get('days')} days",
        _expires,
        _sign_on_page,
    ),
    NoticeKind.USERS_FAILED: _Sort(lambda app, facts: f"{app}: {_who_failed(facts)} failed", _failed, _overview),
}
