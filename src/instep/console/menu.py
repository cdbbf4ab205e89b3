"""What stands in the menu at the left, and who sees it?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from instep.access.roles import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A link to a page; whoever has not its permission does not see it. `icon` is a name in components/icons.html."""

    title: str
    path: str
    permission: Permission
    icon: str


@dataclass(frozen=True, slots=True)
class Section:
    """Entries that belong together, under a heading."""

    title: str
    entries: tuple[Entry, ...]


MENU = (
    Section("", (Entry("Home", "/", Permission.READ_REPORTS, "home"),)),
    Section(
        "Identity",
        (
            Entry("Users", "/users", Permission.READ_DIRECTORY, "user"),
            Entry("Groups", "/groups", Permission.READ_DIRECTORY, "users"),
            Entry("Deleted users", "/users/deleted", Permission.READ_DIRECTORY, "trash"),
            Entry("Import", "/imports", Permission.MANAGE_USERS, "upload"),
        ),
    ),
    Section(
        "Applications",
        (
            Entry("Enterprise applications", "/apps", Permission.READ_REPORTS, "apps"),
            Entry("Provisioning logs", "/logs", Permission.READ_REPORTS, "list"),
        ),
    ),
    Section(
        "Administration",
        (
            Entry("Audit log", "/audit", Permission.READ_AUDIT, "history"),
            Entry("Administrators", "/administrators", Permission.READ_ADMINISTRATORS, "shield"),
            Entry("Registered clients", "/clients", Permission.READ_ADMINISTRATORS, "key"),
            Entry("Settings", "/settings", Permission.READ_SETTINGS, "settings"),
        ),
    ),
)


def menu_of(may: Callable[[Permission], bool]) -> Iterator[Section]:
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
