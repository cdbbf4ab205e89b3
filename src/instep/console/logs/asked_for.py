"""Which entries of the provisioning log does an address ask for (engine.md 9.5)?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

from instep.admin.ports import LogQuery
from instep.console.lists import ROWS_A_PAGE, Selection
from instep.directory.ports import Directory
from instep.ledger.change_ids import entry_of
from instep.ledger.records import Action, Status

PERIODS: Final = {"24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
IDS: Final = ("job", "cycle", "change", "source", "target", "code")
WORDS: Final = ("q", "status", "action", "app", "period", "since", "until", *IDS)
MORE: Final = ("since", "until", *IDS)
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NOTHING: Final = -1  # no entry has this number

Kind = TypeVar("Kind", Status, Action)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The query, and what of the address was not understood, by its name."""

    query: LogQuery
    problems: Mapping[str, str]


def asked_for(selection: Selection, directory: Directory, app_id: str | None, now: datetime) -> AskedFor:
    """Read an address. What is not understood is told, and finds nothing rather than everything."""
    problems: dict[str, str] = {}
    word = selection.word
    since, until = _moment(word("since"), "since", problems), _moment(word("until"), "until", problems)
    if word("period") in PERIODS:
        since = now - PERIODS[word("period")]
    change = entry_of(word("change")) if word("change") else None
    if word("change") and change is None:
        problems["change"] = "This is no change id, as the summary of an entry shows it."
    user_id, named = _identity(word("q"), directory)
    if problems:
        change = _NOTHING
    query = LogQuery(
        app_id=app_id or word("app") or None,
        status=_kind(Status, word("status")),
        action=_kind(Action, word("action")),
        user_id=word("source") or user_id,
        cycle_id=word("cycle") or None,
        code=word("code") or None,
        entry_id=change,
        since=since,
        until=until,
        before=int(selection.after) if _is_number(selection.after) else None,
        limit=ROWS_A_PAGE,
        job_id=word("job") or None,
        account_id=word("target") or None,
        named=named,
    )
    return AskedFor(query, problems)


def _identity(text: str, directory: Directory) -> tuple[str | None, str | None]:
    """Return whose entries are meant: the id of somebody who is known by this id or name, or a part of a name."""
    if not text:
        return None, None
    with directory.reading() as reading:
        found = reading.user(text) or next(iter(reading.users_named(text)), None)
        group = next(iter(reading.groups_named(text)), None)
    if found is not None:
        return found.id, None
    if group is not None:
        return group.id, None
    return (text, None) if _ID.fullmatch(text) else (None, text)


def _moment(text: str, name: str, problems: dict[str, str]) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        problems[name] = "Write a moment such as 2026-11-23T14:05; it is in UTC."
        return None


def _kind(kinds: type[Kind], word: str) -> Kind | None:
    return next((each for each in kinds if each.value == word), None)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
