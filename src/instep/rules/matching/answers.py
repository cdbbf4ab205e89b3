"""Which accounts does the answer to a filter have, if it is to be believed?"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from instep.rules.health.lists import judge_whole_list
from instep.rules.health.verdicts import NOT_UNDERSTOOD, Failed
from instep.rules.matching.match import Account


def accounts_found(
    document: Mapping[str, object] | None,
    read: Callable[[Mapping[str, Any]], Account | None],
    attribute: str,
    value: str,
) -> list[Account] | Failed:
    """Return the accounts that were found for a value, each once; `read` makes one of a resource, or None.

    The answer is not believed where it is no list, or has an account with another value: the filter was not obeyed.
    Where an account has none, and the value is nowhere else in it either, nothing says that the filter was.
    """
    listed = judge_whole_list(document)
    if isinstance(listed, Failed):
        return listed
    found: dict[str, Account] = {}
    for resource in listed.resources:
        account = read(resource)
        if account is None:
            return Failed(
                NOT_UNDERSTOOD, "the answer has a resource without what names it: an id, and of a user the userName"
            )
        if _has_another(account, attribute, value):
            return Failed(NOT_UNDERSTOOD, f"the answer has {account.id}, which has another value")
        found[account.id] = replace(account, is_shown=_mentions(resource, value.casefold()))
    return list(found.values())


def account_read(resource: object, account: Account | None, attribute: str, value: str) -> Account | Failed:
    """Return the account that a filter found, once it was read by its id; or why it is not believed to be the one."""
    if account is None or _has_another(account, attribute, value):
        return Failed(NOT_UNDERSTOOD, "read by its id it has another value, or is none")
    if not _mentions(resource, value.casefold()):
        return Failed(NOT_UNDERSTOOD, f"it shows no {attribute}, so it may be anybody's; match by what is shown")
    return account


def _has_another(account: Account, attribute: str, value: str) -> bool:
    has = account.values.get(attribute)
    return has is not None and str(has).casefold() != value.casefold()


def _mentions(resource: object, folded: str) -> bool:
    """Say whether a value is anywhere in a resource, whatever the attribute is called there."""
    pending = [resource]
    while pending:
        match pending.pop():
            case dict() as members:
                pending.extend(members.values())
            case list() as several:
                pending.extend(several)
            case str() | int() | float() as one if str(one).casefold() == folded:
                return True
    return False
