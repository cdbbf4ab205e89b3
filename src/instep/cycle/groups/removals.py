"""Who may be taken out of groups, and which groups may be deleted? Judged as a whole, before anything is written.

A removal is also an active account that is to leave a group (design.md 3). Each person counts once, however many groups
they leave, and so does everyone in a group that is to be deleted. Deletions have a budget of their own besides, since
what a target attaches to a group is lost with it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from instep.cycle.groups.ports import Extent, Side
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.run import Run
from instep.ledger.cycles import CycleKind
from instep.ledger.jobs import Approval
from instep.rules.health.budgets import Budgeted, Judgement, removal_limit
from instep.rules.planning.memberships import Membership

WINDOW = timedelta(hours=24)
PAGE = 5_000
PEOPLE, GROUPS = Budgeted.PEOPLE, Budgeted.GROUPS  # what the judgements are of


@dataclass(slots=True)
class Removals:
    """What is to be removed, and what of it may be: `may_leave` are users, the others groups."""

    people: set[str] = field(default_factory=set)
    deletions: list[str] = field(default_factory=list)
    may_leave: Collection[str] = ()
    may_be_deleted: Collection[str] = ()


async def find_removals(run: Run, turns: Sequence[GroupTurn], into: Removals) -> None:
    """Add who would leave these groups, and which of them would be deleted; no request is sent."""
    deletions = [turn.group.id for turn in turns if turn.is_deletion]
    if deletions:
        into.deletions += deletions
        into.people.update(await run.call(run.feed.groups.people_in, run.job, deletions))
    for turn in turns:
        if turn.link is not None and turn.standing.is_in_scope:
            into.people.update(await _leaving(run, turn))


async def judge_removals(run: Run, removals: Removals) -> None:
    """Let all of them happen, or hold them: over the budget of people everything, over that of groups the deletions."""
    lately = await run.call(run.ledger.groups.removed_since, run.job, run.clock() - WINDOW)
    settings = run.job.settings
    active = await run.call(run.ledger.active_links, run.job)
    linked = await run.call(run.ledger.groups.linked, run.job)
    people = Judgement(removal_limit(settings.removals, active), len(removals.people), lately.people)
    groups = Judgement(removal_limit(settings.group_removals, linked), len(removals.deletions), lately.groups)
    if settings.approval_of_removals is Approval.REQUIRED:
        people = Judgement(0, len(removals.people), needs_approval=True)
        groups = Judgement(0, len(removals.deletions), needs_approval=True)
    run.judgements |= {PEOPLE: people, GROUPS: groups}
    if not people.is_over:
        removals.may_leave = removals.people
        if not groups.is_over:
            removals.may_be_deleted = set(removals.deletions)


def extent_of(run: Run, turn: GroupTurn) -> Extent:
    """Return whose memberships of a group are to be compared in this run."""
    if run.cycle.kind is CycleKind.PLAN:
        return Extent.PLANNED
    is_compared = turn.link is not None and turn.link.is_compared
    return Extent.TOUCHED if is_compared or run.cycle.kind is CycleKind.ON_DEMAND else Extent.WHOLE


async def _leaving(run: Run, turn: GroupTurn) -> Collection[str]:
    """The users whose active account is to be taken out of a group."""
    extent = extent_of(run, turn)
    found: set[str] = set()
    after = ""
    while True:
        rows: Sequence[Membership] = await run.call(
            run.feed.groups.memberships, run.job, run.cycle, turn.group.id, Side.UNWANTED, extent, after, PAGE
        )
        found.update(row.user_id for row in rows if row.is_active)
        if len(rows) < PAGE:
            return found
        after = rows[-1].user_id
