"""Who could be assigned to an application, or answer for it, of those whom a text finds?"""

from collections.abc import Sequence

from instep.admin.assigned import Candidate
from instep.directory.applications import PrincipalType
from instep.directory.listing import UserQuery
from instep.directory.ports import Directory


def find_users(directory: Directory, text: str, limit: int) -> Sequence[Candidate]:
    """Return live users whose display name, surname or userPrincipalName begins with a text."""
    with directory.reading() as reading:
        found = [each.user for each in reading.lists.users_after(UserQuery(text), None, limit)]
    return [
        Candidate(PrincipalType.USER, user.id, user.user_principal_name, str(user.attributes.get("displayName", "")))
        for user in found
    ]


def find_groups(directory: Directory, text: str, limit: int) -> Sequence[Candidate]:
    """Return groups whose name has a text in it."""
    with directory.reading() as reading:
        found = reading.lists.groups_after(text, None, limit)
    return [Candidate(PrincipalType.GROUP, group.id, group.display_name, "") for group in found]
