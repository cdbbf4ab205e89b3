"""Which accounts are there for users without a link, read with the fewest requests: none, filters, or a walk?"""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from instep.cycle.run import Run
from instep.cycle.turns import Tried, Turn, settle
from instep.cycle.unique_values import choose_values
from instep.cycle.walk import LONGEST_DETAIL, Walk, account_of, listed_account_of
from instep.rules.health.completeness import Complete
from instep.rules.health.lists import Listed
from instep.rules.health.verdicts import (
    NOT_UNDERSTOOD,
    CredentialsRefused,
    Done,
    Failed,
    Misconfigured,
    NotThere,
    Unavailable,
    judge_read,
)
from instep.rules.matching.answers import account_read, accounts_found
from instep.rules.matching.match import Account, LinkedToAnother, Match, Matched, NoMatch, match, matching_values
from instep.rules.planning.plan import Problem
from instep.scim.syntax import Literal

NOBODY = NoMatch()
Found: TypeAlias = Sequence[tuple[str, Sequence[Account]]]  # matching attribute, accounts with the user's value


class Way(StrEnum):
    """How accounts are looked for in this cycle."""

    UNDECIDED = "undecided"
    EMPTY = "the target is empty"
    FILTERS = "a filter for each user"
    WALK = "a walk through all accounts"


def _is_empty(first: Listed) -> bool:
    return not first.total and not first.resources and first.next_cursor is None


def _pages_left(first: Listed) -> float:
    """Return how many pages follow the first; 0 where that is not known, and the walk finds out."""
    if first.total is None or not first.resources:
        return 0
    return math.ceil(first.total / len(first.resources)) - 1


def literal_of(values: Mapping[str, object], attribute: str, text: str) -> Literal:
    """Return a value as a filter compares it: a number or a boolean is none in quotes (RFC 7644, 3.4.2.2)."""
    value = values.get(attribute)
    return value if isinstance(value, bool | int | float) and str(value) == text else text


class Lookups:
    """Finds the accounts of users who have no link; it reads the target's list at most once a cycle."""

    def __init__(self, run: Run, way: Way = Way.UNDECIDED) -> None:
        self._run = run
        self._way = way
        self._reader = self  # who reads the target's list
        self._list_doubt = ""
        self._filter_reason = "matching by filter"

    def for_plan(self, planned: Run) -> "Lookups":
        """Return lookups for the plan of this cycle: the target's list is read once for both."""
        beside = Lookups(planned, self._way)
        beside._reader = self
        beside._list_doubt, beside._filter_reason = self._list_doubt, self._filter_reason
        return beside

    async def settle(self, turns: Sequence[Turn]) -> None:
        """Complete the plan of each turn that has none; a turn whose account could not be looked for stays without."""
        if not turns:
            return
        if self._way is Way.UNDECIDED:
            await self._choose()
        careful = [turn for turn in turns if self._way is Way.FILTERS or turn.escrow is not None]
        others = [turn for turn in turns if self._way is not Way.FILTERS and turn.escrow is None]
        if self._way is Way.WALK:
            careful += await self._settle_from_walk(others)
        else:
            for turn in others:
                settle(self._run.compiled, turn, NOBODY)
        await self._settle_by_filters(careful)
        await choose_values(self._run, self, turns)

    async def find_all(self, turns: Sequence[Turn]) -> Mapping[str, Found | None]:
        """Return what was found for each user, by the cheapest way; None where the target gave no usable answer."""
        if self._way is Way.UNDECIDED:
            await self._choose()
        if self._way is Way.WALK:
            kept = await self._kept(turns)
            return {turn.user.id: kept.get(turn.user.id, []) for turn in turns}
        if self._way is Way.EMPTY:
            return {turn.user.id: [] for turn in turns}
        found: dict[str, Found | None] = {}

        async def one(turn: Turn) -> None:
            found[turn.user.id] = await self.find(turn) if self._run.stop is None else None

        await self._run.side_by_side(one, turns)
        return found

    async def find(self, turn: Turn) -> Found | None:
        """Ask the target by filters, one matching attribute after the other; None if it gave no usable answer.

        The turn's plan then says why, unless the whole run stops.
        """
        for attribute, value in matching_values(self._run.compiled.mappings.matching, turn.wanted):
            if self._run.compiled.dialect.can_filter(attribute):
                self._run.counts.reads_because[self._filter_reason] += 1
            accounts = await self.accounts_with(turn, attribute, value)
            turn.tried = (*turn.tried, Tried(attribute, value, tuple(account.id for account in accounts or ())))
            if accounts is None:
                return None
            if accounts:
                return await self._believed(turn, attribute, value, accounts)
        return []

    async def _believed(self, turn: Turn, attribute: str, value: str, accounts: Sequence[Account]) -> Found | None:
        """Read the account by its id, before it is adopted, where nothing says that the filter was obeyed."""
        if len(accounts) > 1 or accounts[0].is_shown:
            return [(attribute, accounts)]
        self._run.counts.reads_because["whether an account has what it was found by"] += 1
        verdict = judge_read(await self._run.target.read(accounts[0].id))
        self._run.take_notice(verdict)
        match verdict:
            case Done(resource):
                read = account_read(resource, account_of(self._run.compiled, resource), attribute, value)
                if isinstance(read, Account):
                    return [(attribute, [read])]
                verdict = read
            case Unavailable() | CredentialsRefused() | Misconfigured():
                return None
        detail = getattr(verdict, "detail", "the answer is no user")
        said = f"the filter {attribute} eq {value!r} found {accounts[0].id}: {detail}"
        turn.plan = Problem(getattr(verdict, "code", NOT_UNDERSTOOD), said)
        return None

    async def accounts_with(self, turn: Turn, attribute: str, value: str) -> Sequence[Account] | None:
        """Ask the target who has a value; None if it gave no usable answer: then the turn's plan says why.

        The turn is without a plan if the whole run stops.
        """
        if not self._run.compiled.dialect.can_filter(attribute):
            return await self._look_up(turn, attribute, value)
        verdict = judge_read(await self._run.target.find(attribute, literal_of(turn.wanted, attribute, value)))
        self._run.take_notice(verdict)
        if not isinstance(verdict, Done):
            self._cannot_match(turn, attribute, verdict)
            return None
        accounts = accounts_found(verdict.resource, partial(listed_account_of, self._run.compiled), attribute, value)
        if isinstance(accounts, Failed):
            turn.plan = Problem(accounts.code, f"the filter {attribute} eq {value!r}: {accounts.detail}")
            return None
        return accounts

    async def _look_up(self, turn: Turn, attribute: str, value: str) -> Sequence[Account] | None:
        """Return who has a value among the accounts of the walk: of an attribute that no filter can ask for."""
        if self._way is Way.UNDECIDED:
            await self._choose()
        is_kept = attribute in self._run.compiled.mappings.matching
        if self._way is Way.FILTERS or not is_kept:
            doubt = f"its list of accounts proves nothing: {self._list_doubt}"
            if not self._list_doubt:
                doubt = "its list of accounts is read in a whole cycle only"
            turn.plan = Problem(NOT_UNDERSTOOD, f"the application cannot be asked who has a {attribute}, and {doubt}")
            return None
        key = value.casefold()
        kept = await self._run.call(self._reader._run.ledger.kept_accounts, self._run.job, attribute, {key})
        return kept.get(key, ())

    async def _choose(self) -> None:
        """Read the first page, which tells the size of the target, unless filters are cheaper whatever it says."""
        reader = self._reader
        if reader is not self:
            if reader._way is Way.UNDECIDED:
                await reader._choose()
            self._way, self._list_doubt, self._filter_reason = reader._way, reader._list_doubt, reader._filter_reason
            return
        run, dialect = self._run, self._run.compiled.dialect
        wanted = await run.call(run.feed.count_unlinked, run.job, run.cycle)
        linked = await run.call(run.ledger.active_links, run.job)
        self._way = Way.FILTERS
        can_filter = all(dialect.can_filter(attribute) for attribute in run.compiled.mappings.matching)
        if can_filter and wanted <= math.ceil(linked / dialect.page_size):
            return
        run.counts.reads_because["how many accounts there are"] += 1
        walk = Walk(run)
        first = await walk.begin()
        if first is None:
            self._doubt("it is no list")
        elif _is_empty(first) and run.compiled.target_guarantees_uniqueness:
            self._way = Way.EMPTY
        elif not can_filter or _pages_left(first) < wanted:
            judgement = await walk.complete(wanted + 1 if can_filter else math.inf)
            if isinstance(judgement, Complete):
                self._way = Way.WALK
            else:
                self._doubt(judgement.because)

    def _doubt(self, because: str) -> None:
        self._list_doubt = because[:LONGEST_DETAIL]
        self._filter_reason = f"matching by filter, as the list of accounts proves nothing: {self._list_doubt}"

    async def _settle_from_walk(self, turns: Sequence[Turn]) -> list[Turn]:
        """Match from the accounts read; return those whose absence a filter must confirm (design.md 4, number 3)."""
        found = await self._kept(turns)
        ids = {account.id for accounts in found.values() for _, several in accounts for account in several}
        owners = await self._run.owners(ids)
        unsure = []
        for turn in turns:
            accounts = found.get(turn.user.id, [])
            if self._is_sure(turn, accounts):
                self._settle(turn, match(turn.user.id, accounts, owners))
            else:
                unsure.append(turn)
        return unsure

    def _is_sure(self, turn: Turn, found: Found) -> bool:
        """Say whether nothing hangs on an account that the walk did not show.

        It does where nobody was found, unless a create would be refused, and where only an attribute of lower
        precedence found somebody: the account that the first one names may be there all the same.
        """
        if not found:
            return self._run.compiled.target_guarantees_uniqueness
        return found[0][0] == matching_values(self._run.compiled.mappings.matching, turn.wanted)[0][0]

    async def _kept(self, turns: Sequence[Turn]) -> Mapping[str, list[tuple[str, Sequence[Account]]]]:
        found: dict[str, list[tuple[str, Sequence[Account]]]] = {}
        for attribute in self._run.compiled.mappings.matching:
            values = {
                turn.user.id: dict(matching_values(self._run.compiled.mappings.matching, turn.wanted)).get(attribute)
                for turn in turns
            }
            keys = {value.casefold() for value in values.values() if value is not None}
            kept = await self._run.call(self._reader._run.ledger.kept_accounts, self._run.job, attribute, keys)
            for user_id, value in values.items():
                if value is not None and (rows := kept.get(value.casefold())):
                    found.setdefault(user_id, []).append((attribute, rows))
        return found

    async def _settle_by_filters(self, turns: Sequence[Turn]) -> None:
        async def one(turn: Turn) -> None:
            if self._run.stop is None:
                await self._settle_by_filter(turn)

        await self._run.side_by_side(one, turns)

    async def settle_by_filter(self, turn: Turn) -> None:
        """Look for one user's account by filters and complete the plan."""
        await self._settle_by_filter(turn)
        await choose_values(self._run, self, [turn])

    async def _settle_by_filter(self, turn: Turn) -> None:
        found = await self.find(turn)
        if found is not None:
            ids = {account.id for _, accounts in found for account in accounts}
            self._settle(turn, match(turn.user.id, found, await self._run.owners(ids)))

    def _settle(self, turn: Turn, found: Match) -> None:
        """Complete the plan; of two users who match the same account in one run, the first has it."""
        if isinstance(found, Matched) and not self._run.claim(found.account.id, turn.user.id):
            found = LinkedToAnother(found.account, found.attribute, self._run.claims[found.account.id])
        settle(self._run.compiled, turn, found)

    def _cannot_match(self, turn: Turn, attribute: str, verdict: object) -> None:
        match verdict:
            case Unavailable() | CredentialsRefused() | Misconfigured():
                turn.plan = None
            case NotThere(detail):
                # 404 to a filter: no SCIM service here (engine.md 6.1), so nothing that it says can be trusted.
                self._run.halt(Misconfigured("NotScim", f"the query for users answered {detail}"))
            case _:
                code = getattr(verdict, "code", "SystemForCrossDomainIdentityManagementBadResponse")
                turn.plan = Problem(code, f"looking for the account by {attribute}: {getattr(verdict, 'detail', '')}")
