"""What stands in the menu at the left, and who sees it?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page; whoever has not its permission does not see it. `icon` is a name in components/icons.html."""

    title: str
    path: str
    permission: str
    icon: str


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together, under a heading."""

    title: str
    entries: tuple[Entry, ...]


MENU = (
    Section("", (Entry("Home", "/", "read reports", "home"),)),
    Section(
        "Identity",
        (
            Entry("Users", "/users", "read users and groups", "user"),
            Entry("Groups", "/groups", "read users and groups", "users"),
            Entry("Deleted users", "/users/deleted", "read users and groups", "trash"),
            Entry("Import", "/imports", "manage users and groups", "upload"),
        ),
    ),
    Section(
        "Applications",
        (
            Entry("Enterprise applications", "/apps", "read reports", "apps"),
            Entry("Provisioning logs", "/logs", "read reports", "list"),
        ),
    ),
    Section(
        "Administration",
        (
            Entry("Audit log", "/audit", "read the audit log", "history"),
            Entry("Administrators", "/administrators", "read who the administrators are", "shield"),
            Entry("Settings", "/settings", "read the settings", "settings"),
        ),
    ),
)


def menu_of(may: Callable[[str], bool]) -> Iterator[Section]:
    """Yield what somebody sees of the menu; a section without an entry is left out."""
    for section in MENU:
        entries = tuple(entry for entry in section.entries if may(entry.permission))
        if entries:
            yield Section(section.title, entries)


def place_in_menu(path: str) -> str:
    """Return the path of the entry that a page belongs to: the longest that it begins with; "" if there is none."""
    paths = (entry.path for section in MENU for entry in section.entries)
    found = [each for each in paths if path == each or (each != "/" and path.startswith(f"{each}/"))]
    return max(found, key=len, default="")
