"""How is a program registered, and how does it get an access token (OAuth 2.0, client credentials: RFC 6749, 4.4)?"""

import base64
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from instep.access.clients import ACCESS_TOKEN_LIFE, LONGEST_LIFE, LONGEST_NAME, RegisteredClient
from instep.access.refusals import AccessRefused
from instep.access.secret_values import digest_of, draw
from instep.admin.access.ports import Access

_PARTS = 3  # of a JWT


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
    _check_life(life)
    now, secret = access.clock(), draw()
    client = RegisteredClient(access.new_id(), name, wanted, now, now + life)
    access.clients.add(client, digest_of(secret), actor)
    return Registered(client, secret)


def renew_secret(access: Access, client: RegisteredClient, life: timedelta, actor: str) -> Registered:
    """Give a client another secret; the one before, and all access tokens, are good no more. Raises AccessRefused."""
    _check_life(life)
    now, secret = access.clock(), draw()
    renewed = replace(client, secret_expires_at=now + life)
    access.clients.renew(renewed, digest_of(secret), now, actor)
    return Registered(renewed, secret)


def _check_life(life: timedelta) -> None:
    if not timedelta(0) < life <= LONGEST_LIFE:
        raise AccessRefused(
            f"A client secret is good for {LONGEST_LIFE.days} days at most, and for one at least.", "days"
        )


def find_client(access: Access, named: str) -> RegisteredClient:
    """Return the client of an id or a name. Raises AccessRefused."""
    found = [each for each in access.clients.all() if named.strip().casefold() in (each.id, each.name.casefold())]
    if len(found) != 1:
        raise AccessRefused(f"There is {'no client' if not found else 'more than one client'} {named!r}; give its id.")
    return found[0]


def end_client(access: Access, client: RegisteredClient, actor: str) -> None:
    """Delete a client; its access tokens are refused at once."""
    access.clients.end(client, access.clock(), actor)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What a client shows and asks for; `issuer`, `audience` and `tenant` are repeated in what the token says."""

    client_id: str
    secret: str
    issuer: str = ""
    audience: str = ""
    tenant: str = ""


def issue_access_token(access: Access, asked: TokenRequest) -> AccessToken | None:
    """Return a token for a client that shows its secret; None for whoever does not."""
    client_id, secret = asked.client_id, asked.secret
    found = access.clients.find(client_id.strip().lower())
    given, now = digest_of(secret), access.clock()
    kept = found[1] if found is not None else bytes(len(given))
    if not hmac.compare_digest(given, kept) or found is None or found[0].is_over(now):
        return None
    life = min(ACCESS_TOKEN_LIFE, found[0].secret_expires_at - now)
    token = _token(found[0], asked, now, now + life)
    access.clients.add_access_token(found[0].id, digest_of(token), now, now + life)
    return AccessToken(token, life)


def client_of(access: Access, token: str) -> RegisteredClient | None:
    """Return whose an access token is; None when it is no good one (any more)."""
    if token.count(".") != _PARTS - 1:
        return None
    found = access.clients.of_access_token(digest_of(token), access.clock())
    return None if found is None or found.is_over(access.clock()) else found


def _token(client: RegisteredClient, asked: TokenRequest, now: datetime, until: datetime) -> str:
    """A secret in the form of a JWT, as Terraform's provider reads what is said in it (decision 91).

    Nobody can verify its last part, which is random: this service knows the token by the digest of the whole, and never
    looks at what it says.
    """
    header = {"typ": "JWT", "alg": "HS256"}
    claims = {
        "aud": asked.audience,
        "iss": asked.issuer,
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(until.timestamp()),
        "appid": client.id,
        "app_displayname": client.name,
        "idtyp": "app",
        "oid": client.id,
        "sub": client.id,
        "tid": asked.tenant,
        "roles": sorted(client.permissions),
        "ver": "1.0",
    }
    return ".".join([*(_encoded(json.dumps(part)) for part in (header, claims)), draw()])


def _encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
