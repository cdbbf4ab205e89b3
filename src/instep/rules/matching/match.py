"""Which of the accounts that were read is this user's?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it was read from the target: its id, and the values of the mapped target attributes.

    `is_shown` says whether the value that it was asked for by is anywhere in what was read.
    """

    id: str
    values: Mapping[str, object]
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No account has the value of any matching attribute."""


@dataclass(frozen=True, slots=True)
class Matched:
    """One account, linked to nobody."""

    account: Account
    attribute: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several accounts have the value: nothing is written (DuplicateTargetEntries)."""

    accounts: tuple[Account, ...]
    attribute: str


@dataclass(frozen=True, slots=True)
class LinkedToAnother:
    """The account is another user's (DuplicateSourceEntries): it is never handed over."""

    account: Account
    attribute: str
    owner_id: str


Match = NoMatch | Matched | Ambiguous | LinkedToAnother


def match(user_id: str, found: Sequence[tuple[str, Sequence[Account]]], owners: Mapping[str, str]) -> Match:
    """Decide from `found` (matching attribute, accounts with that value; by precedence) and `owners`.

    `owners` says to which user an account id is linked. The first attribute with any account ends matching
    (engine.md 2.1); attributes are never combined.
    """
    for attribute, accounts in found:
        if len(accounts) > 1:
            return Ambiguous(tuple(accounts), attribute)
        for account in accounts:
            owner_id = owners.get(account.id)
            if owner_id is not None and owner_id != user_id:
                return LinkedToAnother(account, attribute, owner_id)
            return Matched(account, attribute)
    return NoMatch()


def matching_values(attributes: Sequence[str], wanted: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    """Return the matching attributes for which there is a value, with it, by precedence (engine.md 2.1)."""
    return [(attribute, str(value)) for attribute in attributes if (value := wanted.get(attribute)) not in (None, "")]
