"""How is a program registered, and how does it get an access token (OAuth 2.0, client credentials: RFC 6749, 4.4)?"""

import hmac
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from instep.access.clients import ACCESS_TOKEN_LIFE, LONGEST_LIFE, LONGEST_NAME, RegisteredClient
from instep.access.refusals import AccessRefused
from instep.access.secret_values import digest_of, draw
from instep.admin.access.ports import Access

_PREFIX = "instep_at_"


@dataclass(frozen=True, slots=True)
class Registered:
    """A client with its client secret, which is shown this once."""

    client: RegisteredClient
    secret: str


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A secret with which a client calls for an hour."""

    secret: str
    lives_for: timedelta


def register_client(
    access: Access, name: str, permissions: Collection[str], known: Collection[str], life: timedelta, actor: str
) -> Registered:
    """Register a program with some of the `known` permissions. Raises AccessRefused."""
    name, wanted = name.strip(), frozenset(permissions)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccessRefused(f"Give the client a name of {LONGEST_NAME} characters at most: what it is.", "name")
    if not wanted:
        raise AccessRefused(f"Say what the client may do. There are: {', '.join(sorted(known))}.", "permissions")
    if unknown := wanted - frozenset(known):
        raise AccessRefused(
            f"There is no permission {min(unknown)!r}. There are: {', '.join(sorted(known))}.", "permissions"
        )
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise AccessRefused(
            f"A client secret is good for {LONGEST_LIFE.days} days at most, and for one at least.", "days"
        )
    now, secret = access.clock(), draw()
    client = RegisteredClient(access.new_id(), name, wanted, now, now + life)
    access.clients.add(client, digest_of(secret), actor)
    return Registered(client, secret)


def renew_secret(access: Access, client: RegisteredClient, life: timedelta, actor: str) -> Registered:
    """Give a client another secret; the one before, and all access tokens, are good no more."""
    now, secret = access.clock(), draw()
    renewed = replace(client, secret_expires_at=now + life)
    access.clients.renew(renewed, digest_of(secret), now, actor)
    return Registered(renewed, secret)


def find_client(access: Access, named: str) -> RegisteredClient:
    """Return the client of an id or a name. Raises AccessRefused."""
    found = [each for each in access.clients.all() if named.strip().casefold() in (each.id, each.name.casefold())]
    if len(found) != 1:
        raise AccessRefused(f"There is {'no client' if not found else 'more than one client'} {named!r}; give its id.")
    return found[0]


def end_client(access: Access, client: RegisteredClient, actor: str) -> None:
    """Delete a client; its access tokens are refused at once."""
    access.clients.end(client, access.clock(), actor)


def issue_access_token(access: Access, client_id: str, secret: str) -> AccessToken | None:
    """Return a token for a client that shows its secret; None for whoever does not."""
    found = access.clients.find(client_id.strip().lower())
    given, now = digest_of(secret), access.clock()
    kept = found[1] if found is not None else bytes(len(given))
    if not hmac.compare_digest(given, kept) or found is None or found[0].is_over(now):
        return None
    life = min(ACCESS_TOKEN_LIFE, found[0].secret_expires_at - now)
    token = _PREFIX + draw()
    access.clients.add_access_token(found[0].id, digest_of(token), now, now + life)
    return AccessToken(token, life)


def client_of(access: Access, token: str) -> RegisteredClient | None:
    """Return whose an access token is; None when it is no good one (any more)."""
    if not token.startswith(_PREFIX):
        return None
    found = access.clients.of_access_token(digest_of(token), access.clock())
    return None if found is None or found.is_over(access.clock()) else found
