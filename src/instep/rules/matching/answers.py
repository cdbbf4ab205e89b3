"""Which accounts does the answer to a filter have, if it is to be believed?"""

from collections.abc import Callable, Mapping
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
        if (has := account.values.get(attribute)) is not None and str(has).casefold() != value.casefold():
            return Failed(NOT_UNDERSTOOD, f"the answer has {account.id}, which has another value")
        found[account.id] = account
    return list(found.values())
