"""How many memberships would a cycle change, and is that too many? Judged before any of them is written.

That is when the users are through and the groups are there: only then it is known who is a member of what. It needs no
request.
"""

from collections.abc import Iterable, Sequence

from instep.cycle.groups.ports import Side
from instep.cycle.groups.removals import PAGE, Removals, extent_of
from instep.cycle.groups.turns import GroupTurn
from instep.cycle.run import Run
from instep.ledger.jobs import Approval, JobSettings
from instep.rules.health.budgets import Budgeted, Judgement, judge
from instep.rules.planning.memberships import Membership


def judges_memberships(settings: JobSettings) -> bool:
    """Whether memberships have a budget, or need an approval; else none are counted."""
    return settings.memberships is not None or settings.approval is Approval.REQUIRED


async def judge_memberships(run: Run, turns: Iterable[GroupTurn], removals: Removals) -> None:
    """Judge all changes of members together: who comes, and whose active account leaves, as far as the latter may."""
    settings, of_groups = run.job.settings, run.counts.of_groups
    here = list(turns)
    # What this cycle held before it was interrupted had its turn already.
    coming = await run.call(run.ledger.groups.memberships_held_besides, run.job, {turn.group.id for turn in here})
    leaving = 0
    for turn in here:
        coming += len(await _differing(run, turn, Side.WANTED))
        leaving += len(await _differing(run, turn, Side.UNWANTED) & set(removals.may_leave))
    if settings.approval is Approval.REQUIRED:  # removals have an approval of their own
        judgement: Judgement | None = Judgement(0, coming, needs_approval=True)
    else:
        spent = of_groups.memberships_added + of_groups.memberships_removed
        there = await run.call(run.ledger.groups.members_written, run.job)
        judgement = judge(settings.memberships, there, coming + leaving, spent)
    if judgement is not None:
        run.judgements[Budgeted.MEMBERSHIPS] = judgement


async def _differing(run: Run, turn: GroupTurn, side: Side) -> set[str]:
    """The users who should come, or whose active account should leave."""
    found: set[str] = set()
    after = ""
    while run.stop is None:
        rows: Sequence[Membership] = await run.call(
            run.feed.groups.memberships, run.job, run.cycle, turn.group.id, side, extent_of(run, turn), after, PAGE
        )
        found.update(row.user_id for row in rows if row.is_active)
        if len(rows) < PAGE:
            break
        after = rows[-1].user_id
    return found
