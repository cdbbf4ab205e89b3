"""How does an administrator change what an application is called, and what is noted about it?"""

from dataclasses import replace
from datetime import datetime
from typing import Protocol
from unicodedata import category

from instep.clock import Clock
from instep.directory.applications import App
from instep.directory.errors import BadValue

LONGEST_NAME = 120
LONGEST_NOTES = 1_024  # as in Entra


class Properties(Protocol):
    """Where applications are kept. Each call is one transaction, with its row of the audit log."""

    def save_properties(self, before: App, after: App, now: datetime, actor: str) -> None:
        """Keep another name and other notes. Raises NameTaken."""


def change_properties(properties: Properties, app: App, name: str, notes: str, clock: Clock, actor: str) -> App:
    """Return the application as it is from now on. Raises BadValue or NameTaken; nothing was changed then."""
    changed = replace(app, name=check_name(name), notes=check_notes(notes))
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


def has_control_characters(text: str) -> bool:
    """Whether a text has a character that is no part of any writing, such as NUL or half a surrogate pair."""
    return any(category(character) in ("Cc", "Cs") for character in text)
