"""How does an administrator make others, and change what they are?"""

from collections.abc import Collection
from dataclasses import replace

from instep.access.administrators import Administrator, problem_with_display_name, problem_with_user_name
from instep.access.passwords import hashed, problem_with
from instep.access.refusals import AccessRefused
from instep.access.roles import Role
from instep.admin.access.ports import Access


def find_administrator(access: Access, named: str) -> Administrator:
    """Return an administrator by user name or id. Raises AccessRefused."""
    found = access.administrators.named(named) or access.administrators.find(named)
    if found is None:
        raise AccessRefused(f"There is no administrator {named}.")
    return found


def roles_named(names: Collection[str]) -> frozenset[Role]:
    """Return the roles of these names, in any letter case. Raises AccessRefused."""
    known = {role.value.casefold(): role for role in Role}
    if unknown := next((name for name in names if name.strip().casefold() not in known), None):
        raise AccessRefused(f"There is no role {unknown!r}. The roles are: {', '.join(Role)}.", "roles")
    return frozenset(known[name.strip().casefold()] for name in names)


def add_administrator(
    access: Access, user_name: str, display_name: str, roles: Collection[Role], actor: str
) -> Administrator:
    """Make an administrator, who cannot sign in before they have used a one-time link or a provider.

    Raises AccessRefused.
    """
    now = access.clock()
    made = Administrator(access.new_id(), user_name.strip(), display_name.strip(), frozenset(roles), True, now)
    _check(made)
    access.administrators.add(made, now, actor)
    return made


def change_administrator(
    access: Access, before: Administrator, display_name: str, roles: Collection[Role], actor: str
) -> Administrator:
    """Give an administrator another name or other roles; who loses one is signed out. Raises AccessRefused."""
    after = replace(before, display_name=display_name.strip(), roles=frozenset(roles))
    _check(after)
    return _save(access, before, after, actor)


def disable_administrator(access: Access, before: Administrator, actor: str) -> Administrator:
    """Let an administrator in no more; their sessions end at once. Raises AccessRefused for the last of all."""
    return _save(access, before, replace(before, is_enabled=False), actor)


def enable_administrator(access: Access, before: Administrator, actor: str) -> Administrator:
    """Let an administrator in again."""
    return _save(access, before, replace(before, is_enabled=True), actor)


def delete_administrator(access: Access, administrator: Administrator, actor: str) -> None:
    """Delete an administrator; what they did stays in the logs. Raises AccessRefused for the last of all."""
    access.administrators.delete(administrator, access.clock(), actor)


def choose_password(access: Access, administrator: Administrator, password: str, besides: bytes) -> None:
    """Choose another password; whoever is signed in elsewhere is out. Raises AccessRefused.

    For somebody who has just shown who they are: the old password is not asked for. `besides` is the digest of the
    session that goes on.
    """
    name = administrator.user_name
    if problem := problem_with(password, name):
        raise AccessRefused(problem, "password")
    access.administrators.set_password(administrator, hashed(password), besides, access.clock(), name)


def _save(access: Access, before: Administrator, after: Administrator, actor: str) -> Administrator:
    if after != before:
        access.administrators.save(before, after, access.clock(), actor)
    return after


def _check(administrator: Administrator) -> None:
    if problem := problem_with_user_name(administrator.user_name):
        raise AccessRefused(problem, "user_name")
    if problem := problem_with_display_name(administrator.display_name):
        raise AccessRefused(problem, "display_name")
    if not administrator.roles:
        raise AccessRefused("Choose at least one role.", "roles")
