"""What is sent when a cycle is undone: what the plan has for a user, whatever the mappings say now?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from instep.cycle.ports import Agreed, Recorded
from instep.cycle.run import Run
from instep.cycle.turns import Turn
from instep.ledger.records import Link
from instep.rules.planning.operations import REMOVALS, Nothing, Operation, OperationKind, Reason


class Reversal:
    """Gives each turn the operation of the plan, as long as the account is what the plan was made for."""

    def __init__(self, run: Run) -> None:
        self._run = run

    async def admit(self, turns: Sequence[Turn]) -> None:
        """Replace what was decided by what the plan has; who has changed since, or is protected, is left as is."""
        run = self._run
        ids = {turn.user.id for turn in turns}
        agreed: Mapping[str, Sequence[Agreed]] = await run.call(run.ledger.agreed, run.job, run.cycle, ids)
        removed = {user_id for user_id, several in agreed.items() if several[0].kind in REMOVALS}
        protected = (await run.call(run.feed.some, run.job, run.cycle, removed)).protected if removed else ()
        for turn in turns:
            if turn.refused is not None and turn.operation is not None:
                continue  # of what the plan has, the target refused all but the disabling
            turn.undoes, turn.account = run.undoes, None
            if turn.user.id in protected:
                turn.plan = Nothing(Reason.PROTECTED)
            else:
                turn.plan = _operation(turn.link, agreed.get(turn.user.id, ()))


def _operation(link: Link | None, agreed: Sequence[Agreed]) -> Operation | Nothing:
    if link is None or not agreed or agreed[0].account_id != link.account_id:
        return Nothing(Reason.NOT_AS_PLANNED)
    planned = agreed[0]
    if any(_is_another(link, planned, name) for name in planned.after):
        return Nothing(Reason.NOT_AS_PLANNED)
    is_active = link.is_active if planned.kind is OperationKind.UPDATE else planned.kind is OperationKind.ENABLE
    before = {name: link.last_written[name] for name in planned.after if name in link.last_written}
    return Operation(planned.kind, link.account_id, before, planned.after, leaves_active=is_active)


def _is_another(link: Link, planned: Agreed, name: str) -> bool:
    """Whether a value was written since; what is no longer known, as after an interruption, was not."""
    known = link.last_written.get(name)
    return known not in (None, "") and known != planned.before.get(name)


def note_when_undone(turns: Sequence[Turn], recorded: Recorded, now: datetime) -> None:
    """Let everyone of whom something was undone have a turn in the next cycle: the wanted state is not given up."""
    recorded.due.extend((turn.user.id, now) for turn in turns if turn.undoes is not None)
