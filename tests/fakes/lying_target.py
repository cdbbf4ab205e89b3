"""How does an application lie about its accounts: a correct store whose lists and filters answer as a lie has it?

Writes and reads by id are as they should be, and no two accounts share a userName; only what it says when it is asked
who is there is wrong. What it omits, it omits for as long as the lie lasts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

import orjson

from fakes.memory_target import MemoryTarget
from instep.rules.health.outcomes import Answer
from instep.scim.messages import MEDIA_TYPE, list_response

Account = Mapping[str, Any]


class TargetLie(StrEnum):
    """What is wrong with the answers."""

    OMITS = "lists leave accounts out, and count without them"
    OMITS_AND_COUNTS = "lists leave accounts out, and count with them"
    IS_EMPTY = "lists are empty"
    REPEATS = "every page is the first"
    OVERLAPS = "pages begin one early"
    SKIPS = "pages begin one late"
    HAS_AN_EMPTY_PAGE = "a page before the end is empty"
    COUNTS_ANEW = "every page counts otherwise"
    FINDS_NOBODY = "filters find nobody"
    FINDS_EVERYBODY = "filters are ignored"
    FINDS_ANOTHER = "filters find another account"
    FINDS_A_BARE_ONE = "filters find another account, of which only the id is shown"


LISTS = frozenset(lie for lie in TargetLie if not lie.name.startswith("FINDS"))


@dataclass(slots=True)
class LyingTarget(MemoryTarget):
    """An application with short pages that tells one lie at a time, or none."""

    lie: TargetLie | None = None
    most_a_page: int = 3
    chance: Random = field(default_factory=Random)
    _omitted: set[str] = field(default_factory=set)

    def tell(self, lie: TargetLie | None) -> None:
        """Tell this lie from now on."""
        self.lie = lie
        self._omitted = {account for account in self.accounts if self.chance.random() < 0.5}

    def _list(self, filter_text: str | None, start_index: int, count: int) -> Answer:
        if filter_text is not None:
            return self._found(filter_text, count)
        accounts: list[Account] = list(self.accounts.values())
        count = min(count, self.most_a_page)
        match self.lie:
            case TargetLie.OMITS:
                return _page([a for a in accounts if a["id"] not in self._omitted], start_index, count)
            case TargetLie.OMITS_AND_COUNTS:
                shown = [a for a in accounts if a["id"] not in self._omitted]
                return _page(shown, start_index, count, total=len(accounts))
            case TargetLie.IS_EMPTY:
                return _page([], 1, count)
            case TargetLie.REPEATS:
                return _page(accounts, 1, count)
            case TargetLie.OVERLAPS:
                return _page(accounts, max(1, start_index - 1), count)
            case TargetLie.SKIPS:
                return _page(accounts, start_index + (start_index > 1), count)
            case TargetLie.HAS_AN_EMPTY_PAGE if start_index > 1:
                return _page(accounts, len(accounts) + 1, count)
            case TargetLie.COUNTS_ANEW:
                return _page(accounts, start_index, count, total=len(accounts) + self.chance.randint(-2, 2))
            case _:
                return _page(accounts, start_index, count)

    def _found(self, filter_text: str, count: int) -> Answer:
        others = [a for a in self.accounts.values() if f'"{a["userName"]}"'.casefold() not in filter_text.casefold()]
        match self.lie:
            case TargetLie.FINDS_NOBODY:
                return _page([], 1, count)
            case TargetLie.FINDS_EVERYBODY:
                return _page(list(self.accounts.values()), 1, count)
            case TargetLie.FINDS_ANOTHER:
                return _page(others[:1], 1, count)
            case TargetLie.FINDS_A_BARE_ONE:
                return _page([{"schemas": a["schemas"], "id": a["id"]} for a in others[:1]], 1, count)
            case _:
                return MemoryTarget._list(self, filter_text, 1, count)


def _page(accounts: list[Account], start_index: int, count: int, total: int | None = None) -> Answer:
    page = accounts[start_index - 1 : start_index - 1 + count]
    document = list_response(page, len(accounts) if total is None else max(0, total), start_index)
    return Answer(200, orjson.dumps(document), MEDIA_TYPE)
