"""Which accounts are there for users without a link, read with the fewest requests: none, filters, or a walk?"""

import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

from instep.cycle.run import Run
from instep.cycle.turns import Tried, Turn, matching_values, settle
from instep.cycle.unique_values import choose_values
from instep.cycle.walk import PAGE_SIZE, Walk, account_of, read_page
from instep.rules.health.verdicts import CredentialsRefused, Done, Misconfigured, NotThere, Unavailable, judge_read
from instep.rules.matching.match import Account, LinkedToAnother, Match, Matched, NoMatch, match
from instep.rules.planning.plan import Problem

NOBODY = NoMatch()
Found: TypeAlias = Sequence[tuple[str, Sequence[Account]]]  # matching attribute, accounts with the user's value


class Way(StrEnum):
    """How accounts are looked for in this cycle."""

    UNDECIDED = "undecided"
    EMPTY = "the target is empty"
    FILTERS = "a filter for each user"
    WALK = "a walk through all accounts"


class Lookups:
    """Finds the accounts of users who have no link; it reads the target's list at most once a cycle."""

    def __init__(self, run: Run, way: Way = Way.UNDECIDED) -> None:
        self._run = run
        self._way = way
        self._walk: Walk | None = None

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
        for attribute, value in matching_values(self._run.compiled, turn):
            self._run.counts.reads_because["matching by filter"] += 1
            accounts = await self.accounts_with(turn, attribute, value)
            turn.tried = (*turn.tried, Tried(attribute, value, tuple(account.id for account in accounts or ())))
            if accounts is None:
                return None
            if accounts:
                return [(attribute, accounts)]
        return []

    async def accounts_with(self, turn: Turn, attribute: str, value: str) -> Sequence[Account] | None:
        """Ask the target who has a value; None if it gave no usable answer: then the turn's plan says why.

        The turn is without a plan if the whole run stops.
        """
        verdict = judge_read(await self._run.target.find(attribute, value))
        self._run.take_notice(verdict)
        if not isinstance(verdict, Done):
            self._cannot_match(turn, attribute, verdict)
            return None
        accounts = self._matching(verdict.resource, attribute, value)
        if accounts is None:
            detail = f"the answer to the filter {attribute} eq {value!r} is no list of users with that value"
            turn.plan = Problem("SystemForCrossDomainIdentityManagementServiceIncompatible", detail)
        return accounts

    async def _choose(self) -> None:
        """Read the first page, which tells the size of the target, unless filters are cheaper whatever it says."""
        run = self._run
        wanted = await run.call(run.feed.count_unlinked, run.job, run.cycle)
        linked = await run.call(run.ledger.active_links, run.job)
        self._way = Way.FILTERS
        if wanted <= math.ceil(linked / PAGE_SIZE):
            return
        run.counts.reads_because["how many accounts there are"] += 1
        first = await read_page(run, 1)
        if first is None:
            return
        if first.total == 0 and run.compiled.target_guarantees_uniqueness:
            self._way = Way.EMPTY
        elif first.total and math.ceil(first.total / max(1, len(first.resources))) - 1 < wanted:
            self._walk = Walk(run)
            self._way = Way.WALK if await self._walk.complete(first) else Way.FILTERS

    async def _settle_from_walk(self, turns: Sequence[Turn]) -> list[Turn]:
        """Match from the accounts read; return those whose absence a filter must confirm (design.md 4, number 3)."""
        found = await self._kept(turns)
        ids = {account.id for accounts in found.values() for _, several in accounts for account in several}
        owners = await self._run.owners(ids)
        unsure = []
        for turn in turns:
            accounts = found.get(turn.user.id, [])
            if not accounts and not self._run.compiled.target_guarantees_uniqueness:
                unsure.append(turn)
            else:
                self._settle(turn, match(turn.user.id, accounts, owners))
        return unsure

    async def _kept(self, turns: Sequence[Turn]) -> Mapping[str, list[tuple[str, Sequence[Account]]]]:
        found: dict[str, list[tuple[str, Sequence[Account]]]] = {}
        for attribute in self._run.compiled.mappings.matching:
            values = {turn.user.id: dict(matching_values(self._run.compiled, turn)).get(attribute) for turn in turns}
            keys = {value.casefold() for value in values.values() if value is not None}
            kept = await self._run.call(self._run.ledger.kept_accounts, self._run.job, attribute, keys)
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

    def _matching(self, document: object, attribute: str, value: str) -> list[Account] | None:
        """Return the accounts in a filter's answer; None where one of them has another value: the filter lied."""
        resources = document.get("Resources", []) if isinstance(document, dict) else None
        if not isinstance(resources, list):
            return None
        accounts = [account_of(self._run.compiled, resource) for resource in resources]
        known = [account for account in accounts if account is not None]
        wrong = any(str(a.values[attribute]).casefold() != value.casefold() for a in known if attribute in a.values)
        return None if len(known) < len(accounts) or wrong else known

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
