"""Which creates and updates of groups may go where all of them need an approval? Those that were approved, alone."""

from collections.abc import Sequence

from instep.cycle.groups.agreement import is_agreed
from instep.cycle.groups.turns import GroupTurn, Withheld, leave_unlinked
from instep.cycle.run import Run
from instep.ledger.jobs import Approval
from instep.rules.health.budgets import Judgement
from instep.rules.planning.operations import Nothing, Reason


class GroupApproval:
    """Withholds the operations on groups themselves that nobody has approved; deletions are judged as removals."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def admit(self, turns: Sequence[GroupTurn]) -> None:
        """Withhold what was not approved; what was rejected is left as it is."""
        wanted = [turn for turn in turns if turn.operation is not None and not turn.is_deletion]
        if not wanted:
            return
        run = self._run
        approved = await run.call(run.ledger.groups.approved, run.job, {turn.group.id for turn in wanted})
        judgement = Judgement(0, len(wanted), needs_approval=True)
        for turn in wanted:
            operation = turn.operation
            if operation is None or is_agreed(turn, approved.get(turn.group.id, ())):
                continue
            turn.plan = Nothing(Reason.REJECTED) if turn.is_rejected else Withheld(operation, judgement)
            leave_unlinked(turn)


def gate_of(run: Run) -> GroupApproval | None:
    """Return the gate of a job whose creates and updates need an approval."""
    return GroupApproval(run) if run.job.settings.approval is Approval.REQUIRED else None
