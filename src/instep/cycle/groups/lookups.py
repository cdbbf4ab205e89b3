"""Which groups are there for those without a link? Asked by filters, without their members (engine.md 2.1)."""

from collections.abc import Sequence
from functools import partial

from instep.cycle.groups.compiled import CompiledGroups
from instep.cycle.groups.turns import GroupTurn, settle_group
from instep.cycle.run import Run
from instep.cycle.turns import Tried
from instep.rules.health.verdicts import (
    CredentialsRefused,
    Done,
    Failed,
    Misconfigured,
    NotThere,
    Unavailable,
    judge_read,
)
from instep.rules.matching.answers import account_read, accounts_found
from instep.rules.matching.match import Account, LinkedToAnother, Match, Matched, match, matching_values
from instep.rules.planning.operations import Problem


class GroupLookups:
    """Finds the groups of one run that have no link; no two of the directory get the same one."""

    def __init__(self, run: Run, groups: CompiledGroups) -> None:
        self._run = run
        self._groups = groups
        self._claims: dict[str, str] = {}  # group of the target -> group of the directory, until the ledger has it
        self._refusal: Problem | None = None  # the target has no groups at all: it is asked once

    async def settle(self, turns: Sequence[GroupTurn]) -> None:
        """Complete the plan of each turn; one that could not be looked for because the run stops stays without."""

        async def one(turn: GroupTurn) -> None:
            if self._run.stop is None:
                await self._settle(turn)

        await self._run.side_by_side(one, turns)

    def claim(self, resource_id: str, group_id: str) -> bool:
        """Take a group of the target before the ledger has the link; False if another has taken it."""
        return self._claims.setdefault(resource_id, group_id) == group_id

    async def _settle(self, turn: GroupTurn) -> None:
        if (decided := await self.match(turn)) is not None:
            settle_group(self._run.compiled, self._groups, turn, decided)

    async def match(self, turn: GroupTurn) -> Match | None:
        """Return which group of the target has the turn's values; None where there is no usable answer."""
        if (found := await self._find(turn)) is None:
            return None
        ids = {account.id for _, several in found for account in several}
        owners = await self._run.call(self._run.ledger.groups.owners, self._run.job, ids) if ids else {}
        decided = match(turn.group.id, found, owners)
        if isinstance(decided, Matched) and not self.claim(decided.account.id, turn.group.id):
            decided = LinkedToAnother(decided.account, decided.attribute, self._claims[decided.account.id])
        return decided

    async def _find(self, turn: GroupTurn) -> Sequence[tuple[str, Sequence[Account]]] | None:
        """Return what has the group's values; None where the plan says why there is no answer, or the run stops."""
        for attribute, value in matching_values(self._groups.mappings.matching, turn.wanted):
            if self._refusal is not None:
                turn.plan = self._refusal
                return None
            self._run.counts.reads_because["matching groups by filter"] += 1
            verdict = judge_read(await self._run.target.groups.find(attribute, value))
            self._run.take_notice(verdict)
            if not isinstance(verdict, Done):
                self._cannot_match(turn, attribute, verdict)
                return None
            groups = accounts_found(verdict.resource, partial(group_of, self._groups), attribute, value)
            shown = () if isinstance(groups, Failed) else groups
            turn.tried = (*turn.tried, Tried(attribute, value, tuple(each.id for each in shown)))
            if isinstance(groups, Failed):
                turn.plan = Problem(groups.code, f"the filter {attribute} eq {value!r}: {groups.detail}")
                return None
            if groups:
                return await self._believed(turn, attribute, value, groups)
        return []

    async def _believed(
        self, turn: GroupTurn, attribute: str, value: str, found: Sequence[Account]
    ) -> Sequence[tuple[str, Sequence[Account]]] | None:
        """Read the group by its id, before it is adopted, where nothing says that the filter was obeyed."""
        if len(found) > 1 or found[0].is_shown:
            return [(attribute, found)]
        self._run.counts.reads_because["whether a group has what it was found by"] += 1
        verdict = judge_read(await self._run.target.groups.read(found[0].id))
        self._run.take_notice(verdict)
        if isinstance(verdict, Done):
            read = account_read(verdict.resource, group_of(self._groups, verdict.resource), attribute, value)
            if isinstance(read, Account):
                return [(attribute, [read])]
            verdict = read
        self._cannot_match(turn, attribute, verdict)
        return None

    def _cannot_match(self, turn: GroupTurn, attribute: str, verdict: object) -> None:
        match verdict:
            case Unavailable() | CredentialsRefused() | Misconfigured():
                return
            case NotThere(detail):
                # Users were found at the same Tenant URL: it is only groups that this application does not have.
                advice = "switch the mapping of groups off, or ask the application's vendor"
                self._refusal = Problem("NotImplemented", f"the application has no groups ({detail}); {advice}")
                turn.plan = self._refusal
            case _:
                code = getattr(verdict, "code", "SystemForCrossDomainIdentityManagementBadResponse")
                turn.plan = Problem(code, f"looking for the group by {attribute}: {getattr(verdict, 'detail', '')}")


def group_of(groups: CompiledGroups, resource: object) -> Account | None:
    """Return the group that a resource describes; None where it is none."""
    if not isinstance(resource, dict) or not isinstance(resource_id := resource.get("id"), str) or not resource_id:
        return None
    return Account(resource_id, groups.form.values(resource))
