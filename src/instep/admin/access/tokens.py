"""How does an administrator give a program an API token, and whose is one that is shown?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from instep.access.administrators import Administrator
from instep.access.refusals import AccessRefused
from instep.access.roles import Permission
from instep.access.secret_values import digest_of, draw
from instep.access.tokens import LONGEST_LIFE, LONGEST_NAME, PREFIX, ApiToken
from instep.admin.access.ports import Access

_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token with its secret, which is shown this once."""

    token: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whose token it is, and what it may do at this moment."""

    administrator: Administrator
    permissions: frozenset[Permission]
    token_name: str


def issue_token(
    access: Access,
    administrator: Administrator,
    name: str,
    permissions: Collection[Permission],
    life: timedelta,
    actor: str,
) -> Issued:
    """Make a token that may do a part of what its administrator may, for so long. Raises AccessRefused."""
    name, wanted = name.strip(), frozenset(permissions)
    _check(administrator, name, wanted, life)
    now, secret = access.clock(), PREFIX + draw()
    token = ApiToken(access.new_id(), administrator.id, name, wanted, now, now + life)
    access.tokens.add(token, digest_of(secret), administrator.user_name, actor)
    return Issued(token, secret)


def bearer_of(access: Access, secret: str) -> Bearer | None:
    """Return for whom a program acts that shows this; None when it is no good token, or its administrator is disabled.

    It notes when the token was used, at most once a minute.
    """
    found = access.tokens.find(digest_of(secret))
    now = access.clock()
    if found is None or found[0].is_over(now) or not found[1].is_enabled:
        return None
    token, administrator = found
    if _is_to_be_noted(token.last_used_at, now):
        access.tokens.note_use(token.id, now)
    return Bearer(administrator, token.allows(administrator.permissions), token.name)


def end_token(access: Access, administrator: Administrator, token_id: str, actor: str) -> ApiToken:
    """Let a token be good no more, and return it. Raises AccessRefused where it is none of the administrator's."""
    found = next((each for each, _ in access.tokens.all(administrator.id) if each.id == token_id), None)
    if found is None:
        raise AccessRefused("There is no such API token (any more).")
    access.tokens.end(found, administrator.user_name, access.clock(), actor)
    return found


def permissions_named(names: Collection[str]) -> frozenset[Permission]:
    """Return the permissions of these names, such as `read_reports`. Raises AccessRefused."""
    known = {permission.value: permission for permission in Permission}
    if unknown := next((name for name in names if name.strip().casefold() not in known), None):
        raise AccessRefused(f"There is no permission {unknown!r}. There are: {', '.join(known)}.", "permissions")
    return frozenset(known[name.strip().casefold()] for name in names)


def _check(administrator: Administrator, name: str, wanted: frozenset[Permission], life: timedelta) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccessRefused(f"Give the token a name of {LONGEST_NAME} characters at most: for what it is.", "name")
    if not wanted:
        raise AccessRefused("Choose what the token may do.", "permissions")
    if beyond := wanted - administrator.permissions:
        lacking = "; ".join(permission.in_words for permission in sorted(beyond))
        raise AccessRefused(f"{administrator.user_name} may not: {lacking}.", "permissions")
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise AccessRefused(f"A token is good for {LONGEST_LIFE.days} days at most, and for one at least.", "days")


def _is_to_be_noted(last_used_at: datetime | None, now: datetime) -> bool:
    return last_used_at is None or now - last_used_at >= _NOTED_EVERY
