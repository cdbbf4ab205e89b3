"""Whom does an administrator mean: someone of the directory, or someone whom only the ledger still knows?"""

from dataclasses import dataclass

from instep.admin.ports import Jobs
from instep.admin.users import find_user
from instep.directory.errors import NotFound
from instep.directory.ports import Directory
from instep.directory.users import User


@dataclass(frozen=True, slots=True)
class Person:
    """Someone by id, with the last name known; `user` is None for one who is not in the directory any more."""

    id: str
    name: str
    user: User | None


def find_person(directory: Directory, jobs: Jobs, who: str) -> Person:
    """Return who has that id or userPrincipalName, or had it when the log was written. Raises NotFound."""
    try:
        with directory.reading() as reading:
            user = find_user(reading, who)
        return Person(user.id, user.user_principal_name, user)
    except NotFound:
        if (known := jobs.logged_user(who.strip())) is not None:
            return Person(known.id, known.name, None)
        raise
