"""What stands in the top menu, and what under Settings?"""

from dataclasses import dataclass

from proxyclick.people.user_groups import Right


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page; `right` None means that everyone who is signed in may open it."""

    title: str
    path: str
    right: Right | None = None
    about: str = ""


MENU = (
    Entry("Logbook", "/logbook"),
    Entry("Users", "/users", Right.SEE_USERS),
    Entry("User groups", "/user-groups", Right.SEE_USERS),
    Entry("Locations", "/locations"),
    Entry("Settings", "/settings"),
)
SETTINGS = (Entry("Sessions", "/settings/sessions", None, "Where you are signed in, and how to end it."),)
