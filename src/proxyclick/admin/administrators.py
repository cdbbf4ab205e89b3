"""How does somebody become an administrator of a location: by a one-time link, on which they say who they are?"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from instep.scim.errors import InvalidValue
from instep.scim.values import fold
from proxyclick.accounts.links import VALID_FOR, Link, Purpose
from proxyclick.accounts.passwords import hashed, problem_with
from proxyclick.accounts.secret_values import draw
from proxyclick.admin.acting import Actor, Refused
from proxyclick.admin.changing import create
from proxyclick.admin.signing_in import AccountStores
from proxyclick.admin.stores import Stores
from proxyclick.people.by_hand import Particulars, new_body, problems
from proxyclick.people.keys import Keys
from proxyclick.people.locations import Location
from proxyclick.people.user_groups import UserGroup
from proxyclick.store.accounts import OneTimeLinks
from proxyclick.store.audit import AuditEntry
from proxyclick.store.history import Event
from proxyclick.store.resources import Record

GONE = "This link was used already, or is too old. Ask for another one."


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who has used a link, and may now sign in: with the password that they chose, if any."""

    organisation: int
    user: int


def issue_link(
    links: OneTimeLinks,
    purpose: Purpose,
    location: int,
    now: datetime,
    email: str = "",
    first_name: str = "",
    last_name: str = "",
) -> str:
    """The secret of a new link, which is good for a week; to be called inside a transaction."""
    secret = draw()
    links.add(secret, Link(purpose, location, email, first_name, last_name, now + VALID_FOR))
    return secret


def good_link(stores: AccountStores, secret: str) -> Link | None:
    """The link of a secret, if it can be used."""
    link = stores.links.find(secret)
    if link is None or link.is_over(stores.now()):
        return None
    too_late = link.purpose is Purpose.FIRST_ADMINISTRATOR and not stores.accounts.is_empty()
    return None if too_late else link


def is_known(stores: AccountStores, link: Link) -> bool:
    """Whether the person of a link is a user already, so that nobody need ask for the name."""
    location = stores.kept.organisations.location(link.location)
    return location is not None and bool(link.email) and _holder(stores.kept, location, link.email) is not None


async def use_link(
    stores: AccountStores, secret: str, form: Particulars, password: str, address: str
) -> Newcomer | Refused:
    """Makes the person of a link what it is for; refused, with what is wrong by field, nothing has changed."""
    link = good_link(stores, secret)
    location = stores.kept.organisations.location(link.location) if link else None
    if link is None or location is None:
        return Refused({"": GONE})
    form = replace(form, email=link.email) if link.email else form
    wrong = {} if is_known(stores, link) else problems(form)
    with_password = link.purpose is not Purpose.SIGN_IN
    if with_password and (problem := problem_with(password, form.email)):
        wrong["password"] = problem
    if wrong:
        return Refused(wrong)
    kept = await asyncio.to_thread(hashed, password) if with_password else None

    def keep() -> Newcomer | Refused:
        return _welcome(stores, secret, link, location, form, kept, address)

    return await stores.commits.write(keep)


def _welcome(
    stores: AccountStores,
    secret: str,
    link: Link,
    location: Location,
    form: Particulars,
    password_hash: str | None,
    address: str,
) -> Newcomer | Refused:
    if good_link(stores, secret) is None:
        return Refused({"": GONE})
    holder = _holder(stores.kept, location, form.email)
    if holder is not None and link.purpose is Purpose.FIRST_ADMINISTRATOR:
        return Refused({"email": f"{form.email} is a user already: use `proxyclick administrators add {form.email}`."})
    if link.purpose is Purpose.INVITATION and (holder is None or stores.accounts.has(holder.number)):
        return Refused({"": GONE})
    try:
        record = holder or _added(stores.kept, location, form)
    except InvalidValue as error:
        return Refused({"email": str(error)})
    stores.links.use(secret)
    stores.accounts.put(record.number, password_hash, stores.now())
    if link.purpose.makes_administrator:
        _make_administrator(stores.kept, location, record)
    what = "Became an administrator by a one-time link" if link.purpose.makes_administrator else "Chose a password"
    stores.audit.add(
        AuditEntry(location.organisation, location.number, stores.now(), form.email, what, location.name, address)
    )
    return Newcomer(location.organisation, record.number)


def _make_administrator(stores: Stores, location: Location, record: Record) -> None:
    stores.presence.join(record.number, (location.number,), None)
    stores.groups.add(location.number, record.number, {UserGroup.ADMINISTRATORS})


def _holder(stores: Stores, location: Location, email: str) -> Record | None:
    everyone = stores.everyone(location.organisation)
    number = everyone.holder(Keys(fold(email), fold(email), (), None, ""))
    return None if number is None else everyone.at(number)


def _added(stores: Stores, location: Location, form: Particulars) -> Record:
    nobody = Actor(-1, "A one-time link", location.organisation, location.number, frozenset())
    record = create(stores, nobody, new_body(form))
    stores.history.add(record.number, Event(stores.now, "Added as an administrator", nobody.name))
    return record
