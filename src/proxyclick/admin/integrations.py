"""How is an integration installed, and how are its Secret Tokens rotated and revoked?

Pages and commands call this; functions that write are to be called inside a transaction.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from proxyclick.clock import Clock, timestamp
from proxyclick.integrations.marketplace import INTEGRATIONS, MOST_TOKENS, Installation
from proxyclick.integrations.tokens import Secret, issue
from proxyclick.people.locations import Location
from proxyclick.store.audit import AuditEntry, AuditLog
from proxyclick.store.installations import Installations

LONGEST_OVERLAP = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who does it, as the audit log shall say, and for which location; the address is empty for a command."""

    who: str
    location: Location
    address: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token of an installation. This is the only time that its secret is known."""

    installation: int
    secret: Secret


@dataclass(frozen=True, slots=True)
class CannotBe:
    """Nothing was changed; why, and what to do instead."""

    reason: str


@dataclass(frozen=True, slots=True)
class IntegrationStores:
    """Where installations are kept; `reach_changed` is to be called when a token has come or gone."""

    installations: Installations
    audit: AuditLog
    clock: Clock
    reach_changed: Callable[[], None] = lambda: None


def install(stores: IntegrationStores, asking: Asking, integration: str) -> Issued | CannotBe:
    """Installs an integration at the location, with its first token."""
    if integration not in INTEGRATIONS:
        offered = ", ".join(f"{name} ({found.title})" for name, found in INTEGRATIONS.items())
        return CannotBe(f"There is no integration {integration!r}. There are: {offered}.")
    now = stores.clock()
    number = stores.installations.add(integration, asking.location.number, now)
    secret = _issued(stores, number, now)
    _note(stores, asking, now, f"Installed {INTEGRATIONS[integration].title}", _named(secret.prefix, secret.last_four))
    return Issued(number, secret)


def rotate(
    stores: IntegrationStores, asking: Asking, installation: Installation, overlap: timedelta
) -> Issued | CannotBe:
    """Issues another token; the one before stays good for the `overlap`, which may be nothing."""
    now = stores.clock()
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        return CannotBe(f"The old token may stay good for up to {LONGEST_OVERLAP.days} days, not for {overlap}.")
    good = installation.good_tokens(timestamp(now))
    if len(good) >= MOST_TOKENS:
        named = " and ".join(_named(each.prefix, each.last_four) for each in good)
        return CannotBe(
            f"{MOST_TOKENS} tokens are good just now: {named}. Revoke the one that is not in use any more, or wait"
            " until it ends; then rotate."
        )
    for token in good:
        if overlap:
            stores.installations.end_at(token.number, now + overlap)
        else:
            stores.installations.revoke(token.number, now)
    secret = _issued(stores, installation.number, now)
    until = f"the old one is good until {timestamp(now + overlap)}" if overlap and good else "no other is good"
    about = f"{installation.title}: {_named(secret.prefix, secret.last_four)}; {until}"
    _note(stores, asking, now, "Rotated the token", about)
    return Issued(installation.number, secret)


def revoke(stores: IntegrationStores, asking: Asking, installation: Installation, prefix: str) -> CannotBe | None:
    """Ends a token of the installation at once."""
    now = stores.clock()
    token = next((each for each in installation.good_tokens(timestamp(now)) if each.prefix == prefix), None)
    if token is None:
        return CannotBe(f"No token that is good begins with {prefix!r}.")
    stores.installations.revoke(token.number, now)
    stores.reach_changed()
    _note(stores, asking, now, "Revoked a token", f"{installation.title}: {_named(token.prefix, token.last_four)}")
    return None


def _issued(stores: IntegrationStores, installation: int, now: datetime) -> Secret:
    secret = issue()
    stores.installations.issue(installation, secret, now)
    stores.reach_changed()
    return secret


def _named(prefix: str, last_four: str) -> str:
    return f"{prefix}...{last_four}"


def _note(stores: IntegrationStores, asking: Asking, now: datetime, what: str, about: str) -> None:
    location = asking.location
    entry = AuditEntry(location.organisation, location.number, now, asking.who, what, about, asking.address)
    stores.audit.add(entry)
