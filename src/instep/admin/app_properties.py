"""How does an administrator change what an application is called, what is noted about it, and who may sign in to it?"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from unicodedata import category

from instep.admin.health_settings import is_mail_address
from instep.clock import Clock
from instep.directory.applications import App
from instep.directory.errors import BadValue

LONGEST_NAME = 120
LONGEST_NOTES = 1_024  # as in Entra
MOST_TAGS, LONGEST_TAG = 100, 256
MOST_EMAILS = 5  # as in Entra


class Properties(Protocol):
    """Where applications are kept. Each call is one transaction, with its row of the audit log."""

    def save_properties(self, before: App, after: App, now: datetime, actor: str) -> None:
        """Keep another name, other notes or other properties. Raises NameTaken."""


def change_properties(properties: Properties, app: App, name: str, notes: str, clock: Clock, actor: str) -> App:
    """Return the application with another name or other notes. Raises BadValue or NameTaken; nothing changed then."""
    return save_properties(properties, app, replace(app, name=name, notes=notes), clock, actor)


def save_properties(properties: Properties, app: App, wanted: App, clock: Clock, actor: str) -> App:
    """Return the application as it is from now on, with the properties of `wanted`, but for its roles.

    Raises BadValue or NameTaken; nothing was changed then.
    """
    changed = replace(
        wanted,
        name=check_name(wanted.name),
        notes=check_notes(wanted.notes),
        tags=check_tags(wanted.tags),
        notification_emails=check_emails(wanted.notification_emails),
    )
    if changed != app:
        properties.save_properties(app, changed, clock(), actor)
    return changed


def check_name(name: str) -> str:
    """Return a name as it is kept. Raises BadValue."""
    name = name.strip()
    if not name:
        raise BadValue("An application needs a name.")
    if len(name) > LONGEST_NAME:
        raise BadValue(f"A name has at most {LONGEST_NAME} characters; this one has {len(name)}.")
    if has_control_characters(name):
        raise BadValue("The name has a control character in it; type it again.")
    return name


def check_notes(notes: str) -> str:
    """Return notes as they are kept, which may have several lines. Raises BadValue."""
    notes = notes.replace("\r\n", "\n").strip()
    if len(notes) > LONGEST_NOTES:
        raise BadValue(f"Notes have at most {LONGEST_NOTES} characters; these have {len(notes)}.")
    if has_control_characters(notes.replace("\t", "").replace("\n", "")):
        raise BadValue("The notes have a control character in them; type them again.")
    return notes


def check_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Return tags as they are kept, each once. Raises BadValue."""
    found = tuple(dict.fromkeys(tags))
    if len(found) > MOST_TAGS:
        raise BadValue(f"An application has at most {MOST_TAGS} tags; these are {len(found)}.")
    for tag in found:
        if not tag or len(tag) > LONGEST_TAG or has_control_characters(tag):
            raise BadValue(f"A tag is a text of 1 to {LONGEST_TAG} characters without control characters.")
    return found


def check_emails(addresses: Sequence[str]) -> tuple[str, ...]:
    """Return mail addresses as they are kept, each once. Raises BadValue."""
    found = tuple(dict.fromkeys(address.strip() for address in addresses))
    if len(found) > MOST_EMAILS:
        raise BadValue(f"At most {MOST_EMAILS} mail addresses are told; these are {len(found)}.")
    for address in found:
        if not is_mail_address(address):
            raise BadValue(f"{address!r} is no mail address.")
    return found


def has_control_characters(text: str) -> bool:
    """Whether a text has a character that is no part of any writing, such as NUL or half a surrogate pair."""
    return any(category(character) in ("Cc", "Cs") for character in text)
