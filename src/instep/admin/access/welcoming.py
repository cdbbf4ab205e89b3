"""How does somebody get in for the first time: by a one-time link?"""

from dataclasses import dataclass

from instep.access.administrators import Administrator, problem_with_display_name, problem_with_user_name
from instep.access.links import VALID_FOR, OneTimeLink, Purpose
from instep.access.passwords import hashed, problem_with
from instep.access.refusals import AccessRefused
from instep.access.roles import Role
from instep.access.secret_values import digest_of, draw
from instep.admin.access.ports import Access

GONE = "This link was used already, or is too old. Ask for another one."
SERVICE = "Instep"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody says who uses a link; the names are asked of the first administrator alone."""

    user_name: str
    display_name: str
    password: str


def first_link(access: Access) -> str | None:
    """Return the secret of a link to become the first administrator; None where there is one."""
    if not access.administrators.is_empty():
        return None
    return _issue(access, Purpose.FIRST_ADMINISTRATOR, None, SERVICE)


def issue_link(access: Access, administrator: Administrator, purpose: Purpose, actor: str) -> str:
    """Return the secret of a link for an administrator who is there; their last link is good no more."""
    return _issue(access, purpose, administrator, actor)


def good_link(access: Access, secret: str) -> tuple[OneTimeLink, Administrator | None] | None:
    """Return the link of a secret, with whose it is, if it can be used."""
    link = access.links.find(digest_of(secret))
    if link is None or link.is_over(access.clock()):
        return None
    if link.administrator_id is None:
        return (link, None) if access.administrators.is_empty() else None
    administrator = access.administrators.find(link.administrator_id)
    return None if administrator is None or not administrator.is_enabled else (link, administrator)


def use_link(access: Access, secret: str, newcomer: Newcomer) -> Administrator:
    """Do what a link is for, and return who may be signed in thereby. Raises AccessRefused."""
    found = good_link(access, secret)
    if found is None:
        raise AccessRefused(GONE)
    link, administrator = found
    now, digest = access.clock(), digest_of(secret)
    if administrator is None:
        first = _first(access, newcomer)
        access.links.use_as_first(digest, first, _hashed(newcomer.password, first.user_name), now)
        return first
    asks_password = link.purpose is Purpose.CHOOSE
    kept = _hashed(newcomer.password, administrator.user_name) if asks_password else None
    access.links.use(digest, administrator, kept, now)
    return administrator


def _first(access: Access, newcomer: Newcomer) -> Administrator:
    user_name, display_name = newcomer.user_name.strip(), newcomer.display_name.strip()
    if problem := problem_with_user_name(user_name):
        raise AccessRefused(problem, "user_name")
    if problem := problem_with_display_name(display_name):
        raise AccessRefused(problem, "display_name")
    roles = frozenset({Role.GLOBAL_ADMINISTRATOR})
    return Administrator(access.new_id(), user_name, display_name, roles, True, access.clock())


def _hashed(password: str, user_name: str) -> str:
    if problem := problem_with(password, user_name):
        raise AccessRefused(problem, "password")
    return hashed(password)


def _issue(access: Access, purpose: Purpose, administrator: Administrator | None, actor: str) -> str:
    secret, now = draw(), access.clock()
    link = OneTimeLink(purpose, None if administrator is None else administrator.id, now + VALID_FOR)
    whose = "" if administrator is None else administrator.user_name
    access.links.issue(digest_of(secret), link, now, actor, whose)
    return secret
