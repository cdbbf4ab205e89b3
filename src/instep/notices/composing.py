"""What does a mail say, so that an administrator can act on it?"""

import shlex
from collections.abc import Callable, Iterator, Mapping
from email.message import EmailMessage
from email.utils import format_datetime

from instep.clock import from_text
from instep.ledger.notices import Mail, NoticeKind

Facts = Mapping[str, object]
_REFUSED = "SystemForCrossDomainIdentityManagementCredentialValidationFailure"
_UNREACHABLE = "SystemForCrossDomainIdentityManagementCredentialValidationUnavailable"
_NAMES_OF_HELD = {"everything": "operations"}  # what needs an approval, of whatever kind
_NO_SCIM_SERVICE = "SystemForCrossDomainIdentityManagementServiceIncompatible"


def compose(mail: Mail, sender: str, console_url: str | None) -> EmailMessage:
    """Return the message; its Message-ID is the mail's own, so that one that is sent again can be told."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = f"[Instep] {_SUBJECTS[mail.notice.kind](_one_line(mail.app_name), mail.notice.facts)}"
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.id}@instep.invalid>"
    message["Auto-Submitted"] = "auto-generated"
    lines = [*_BODIES[mail.notice.kind](mail.app_name, mail.notice.facts), *_end(mail.app_name, console_url)]
    message.set_content(_printable("\n".join(lines)))
    return message


def _quarantined(app: str, facts: Facts) -> Iterator[str]:
    yield f"The provisioning of {app} is in quarantine since {_moment(facts, 'since')}."
    yield from _what_is_wrong(facts)
    yield ""
    yield "What it means: nothing is created, updated or disabled there until it is mended. Nothing is lost; it goes on"
    yield "from where it stopped."
    yield ""
    yield from _what_to_do(app, facts)
    yield ""
    yield f"By itself it is tried next at {_moment(facts, 'next_attempt_at')}, and for four weeks at most."
    yield from _requests(facts)


def _changed(app: str, facts: Facts) -> Iterator[str]:
    yield f"The provisioning of {app} is still in quarantine, for another reason than before."
    yield from _what_is_wrong(facts)
    yield ""
    yield from _what_to_do(app, facts)
    yield ""
    yield f"By itself it is tried next at {_moment(facts, 'next_attempt_at')}."
    yield from _requests(facts)


def _disabled(app: str, facts: Facts) -> Iterator[str]:
    yield f"The provisioning of {app} was in quarantine since {_moment(facts, 'since')}: four weeks."
    yield "It is disabled now. Nothing is tried any more, and the accounts there follow nobody."
    yield from _what_is_wrong(facts)
    yield ""
    yield from _what_to_do(app, facts)
    yield ""
    yield "Once it runs again, everyone is evaluated again."
    yield from _requests(facts)


def _pruned(app: str, facts: Facts) -> Iterator[str]:
    yield f"The initial cycle of {app} ran to its end, but with so many failures that the job was stopped."
    yield ""
    yield f"What is wrong: {facts.get('message')}."
    yield ""
    yield "Nobody is tried again by itself. Put right what they failed with, then start the job. Everyone is evaluated"
    yield "again then:"
    yield f"  instep logs --app {shlex.quote(app)} --status failure"
    yield f"  instep apps start {shlex.quote(app)}"
    yield from _requests(facts)


def _held(app: str, facts: Facts) -> Iterator[str]:
    quoted = shlex.quote(app)
    yield f"{_what_is_held(facts)} held in {app}, {facts.get('newly_held')} of late: together they exceed a budget, or"
    yield "this application needs an approval."
    yield ""
    yield "None was sent; everything else goes on. See who they are, and in which set:"
    yield f"  instep apps held {quoted}"
    yield ""
    yield "If they are not meant, put the directory right: in the next cycle they are forgotten. Or refuse the set:"
    yield f"  instep apps plan reject {quoted}"
    yield "If they are meant, let exactly these go:"
    yield f"  instep apps plan approve {quoted}"


def _what_is_held(facts: Facts) -> str:
    """Say how much of what waits: 6 creates and 1 removal are."""
    held = facts.get("held")
    several = held if isinstance(held, Mapping) else {}
    named = {_NAMES_OF_HELD.get(str(subject), str(subject)): number for subject, number in several.items()}
    parts = [f"1 {name.removesuffix('s')}" if number == 1 else f"{number} {name}" for name, number in named.items()]
    return f"{' and '.join(parts)} {'is' if list(named.values()) == [1] else 'are'}"


def _what_is_wrong(facts: Facts) -> Iterator[str]:
    yield ""
    yield f"What is wrong: {facts.get('message')}"
    yield f"({facts.get('reason')})"


def _what_to_do(app: str, facts: Facts) -> Iterator[str]:
    quoted = shlex.quote(app)
    match facts.get("code"):
        case str(code) if code == _REFUSED:
            yield "What to do: connect it anew with a Secret Token that works, which lifts the quarantine:"
            yield f"  instep apps connect {quoted} --tenant-url URL --token-stdin"
            yield "Or, if the token is right again in the application:"
        case str(code) if code == _NO_SCIM_SERVICE:
            yield "What to do: check the Tenant URL, and connect it anew, which lifts the quarantine:"
            yield f"  instep apps connect {quoted} --tenant-url URL --token-stdin"
            yield "Or, if the application answers again as it should:"
        case str(code) if code == _UNREACHABLE:
            yield "What to do: see whether the application is running and can be reached from here. A request every ten"
            yield "minutes asks for it; once it answers, all goes on by itself. To try it now:"
        case _:
            yield "What to do: see with what they fail, and put that right:"
            yield f"  instep apps escrows {quoted}"
            yield "Then lift the quarantine:"
    yield f"  instep apps start {quoted}"


def _requests(facts: Facts) -> Iterator[str]:
    requests = facts.get("requests")
    if not isinstance(requests, list) or not requests:
        return
    yield ""
    yield "The last requests that did not work:"
    for request in requests:
        came = "no answer" if request["status"] is None else f"HTTP {request['status']}"
        yield f"  {request['at']} {request['method']} {request['url']}"
        yield f"    -> {came}: {_one_line(str(request['answer'])) or 'nothing'}"


def _end(app: str, console_url: str | None) -> Iterator[str]:
    yield ""
    yield f"All about it: instep apps status {shlex.quote(app)}"
    if console_url:
        yield f"Status page: {console_url}"
    yield "Who gets these mails: instep apps set APP notify=MAIL,MAIL"


def _moment(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return f"{from_text(value):%Y-%m-%d %H:%M:%S} UTC" if isinstance(value, str) else "no moment any more"


def _one_line(text: str) -> str:
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


_SUBJECTS: Mapping[NoticeKind, Callable[[str, Facts], str]] = {
    NoticeKind.QUARANTINED: lambda app, _: f"{app} is in quarantine",
    NoticeKind.QUARANTINE_CHANGED: lambda app, _: f"{app} is in quarantine for another reason",
    NoticeKind.DISABLED: lambda app, _: f"{app} is disabled after four weeks in quarantine",
    NoticeKind.ESCROWS_PRUNED: lambda app, _: f"{app} was stopped: too many failures in its initial cycle",
    NoticeKind.OPERATIONS_HELD: lambda app, facts: f"{app}: {_what_is_held(facts)} held",
}
_BODIES: Mapping[NoticeKind, Callable[[str, Facts], Iterator[str]]] = {
    NoticeKind.QUARANTINED: _quarantined,
    NoticeKind.QUARANTINE_CHANGED: _changed,
    NoticeKind.DISABLED: _disabled,
    NoticeKind.ESCROWS_PRUNED: _pruned,
    NoticeKind.OPERATIONS_HELD: _held,
}
