"""How does one batch go from users to records: decided, looked up, written down, sent, followed up, recorded?"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from instep.cycle.answers import another_users_account
from instep.cycle.claimed import wait_for_claims
from instep.cycle.following import follow_up
from instep.cycle.lookups import Lookups
from instep.cycle.ports import AccountTaken, AdministratorActed, Batch, Recorded, ToSend
from instep.cycle.recording import count_what_was_recorded, note_when_due, record_turn
from instep.cycle.reversal import note_when_undone
from instep.cycle.run import Run
from instep.cycle.turns import Turn, open_turn
from instep.cycle.watching import heed
from instep.cycle.writers import Writers
from instep.ledger.cycles import Counts, CycleKind
from instep.ledger.records import OperationState
from instep.rules.planning.plan import Nothing, Problem

DECIDED_AT_A_TIME = 50  # between two looks at the loop, so that answers are read while users are decided
ROUNDS = 4


@dataclass(slots=True, eq=False)
class Sent:
    """A batch on its way: `done` is set when its writers are through; `stale` changed since they were decided."""

    turns: list[Turn]
    stale: set[str]
    done: asyncio.Event
    cursor: str | None


class Batches:
    """The steps of a batch, for the first pass and the second alike."""

    def __init__(self, run: Run, lookups: Lookups, writers: Writers) -> None:
        self.run = run
        self.lookups = lookups
        self.writers = writers
        self._on_their_way: list[Sent] = []

    async def decide(self, batch: Batch, passed_over: Collection[str] = ()) -> list[Turn]:
        """Decide about each user of a batch but those passed over; the target is read where it must be."""
        turns = []
        for number, user in enumerate(batch.users):
            if number % DECIDED_AT_A_TIME == DECIDED_AT_A_TIME - 1:
                await asyncio.sleep(0)
            if user.id not in passed_over:
                turns.append(open_turn(self.run.compiled, user, batch))
        await self.lookups.settle([turn for turn in turns if turn.plan is None])
        return turns

    async def send(self, turns: Sequence[Turn], cursor: str | None) -> Sent:
        """Write the operations down and hand them to the writers, behind those that wait."""
        turns = self._set_leavers_aside(turns)
        self.run.under_way.update(turn.user.id for turn in turns)
        stale = await self._write_down(turns)
        ready = [turn for turn in turns if turn.operation is not None and turn.user.id not in stale]
        sent = Sent(list(turns), set(stale), self.writers.hand_in(ready), cursor)
        self._on_their_way.append(sent)
        return sent

    async def finish(self, sent: Sent) -> Sequence[Turn]:
        """Wait for the writers, follow up, and record the batch in one transaction; return what was recorded.

        The cursor moves only if every user of the batch is through, so that the prefix stays unbroken.
        """
        await self.writers.wait(sent.done)
        self._on_their_way.remove(sent)
        through = await self._follow(sent.turns, sent.stale)
        recorded = await self.record(through, sent.cursor)
        self.run.under_way.difference_update(turn.user.id for turn in sent.turns)
        return recorded

    async def let_go(self, user_id: str) -> None:
        """Let a user go who is wanted: withdraw the operation if it waits to be sent, record it if it was answered."""
        found = ((sent, turn) for sent in self._on_their_way for turn in sent.turns if turn.user.id == user_id)
        sent, turn = next(found, (None, None))
        if sent is None or turn is None or user_id in sent.stale:
            return
        self.run.judge_answers()
        if self.writers.withdraw(turn):
            sent.stale.add(user_id)
            await self.run.call(self.run.ledger.withdraw, self.run.job, turn.operations[-1][0])
            turn.operations[-1] = (turn.operations[-1][0], OperationState.STALE)
        elif turn.verdict is not None:
            sent.turns.remove(turn)
            await self.record(await self._follow([turn], ()), None)
            self.run.under_way.discard(user_id)

    async def send_now(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """Write down, send before all that waits, follow up and record: for removals; return what was recorded."""
        stale = await self._write_down(turns)
        ready = [turn for turn in turns if turn.user.id not in stale]
        await self.writers.send_urgently([turn for turn in ready if turn.operation is not None])
        return await self.record(await self._follow(turns, stale), None)

    async def record(self, turns: Sequence[Turn], cursor: str | None) -> Sequence[Turn]:
        """Record what came of these turns; return them as they were recorded.

        Whoever was provisioned on demand since they were decided is decided again before that.
        """
        if not turns and cursor is None:  # nothing came of it
            self.run.report()
            return ()
        while claimed := await self._record_as_answered(turns, cursor):
            last = {turn.user.id: turn for turn in turns}
            anew = await self._follow([last[user_id] for user_id in claimed], claimed)
            others = [turn for turn in turns if turn.user.id not in claimed]
            left = self.run.leavers if self.run.stop is None else claimed
            turns = [*others, *(turn for turn in anew if turn.user.id not in left)]
        return turns

    async def _record_as_answered(self, turns: Sequence[Turn], cursor: str | None) -> Collection[str]:
        try:
            return await self._record(turns, cursor)
        except AccountTaken:
            await self._refuse_taken_accounts(turns)
            return await self._record(turns, cursor)

    async def _record(self, turns: Sequence[Turn], cursor: str | None) -> Collection[str]:
        """Record these turns; return whoever may not be recorded: then nobody was."""
        run, now, recorded, done = self.run, self.run.clock(), Recorded(), Counts()
        for turn in turns:
            record_turn(turn, recorded, done, now)
        count_what_was_recorded(recorded, done)
        if run.undoes is not None:
            note_when_undone(turns, recorded, now)
        elif run.compiled.mappings.timed:
            note_when_due(run.compiled, turns, recorded)
        run.count_requests()
        run.counts.add(done)
        reached = cursor if run.stop is None else None
        try:
            claimed = await run.call(run.ledger.record, run.job, run.cycle, recorded, run.counts, reached, now)
        except AccountTaken:
            run.counts.take_back(done)
            raise
        if claimed:
            run.counts.take_back(done)
            return claimed
        for link in recorded.links:
            run.claims.pop(link.account_id, None)
        run.report()
        return ()

    async def _refuse_taken_accounts(self, turns: Sequence[Turn]) -> None:
        """A target answered with an id that it had given to another user before: that is not believed."""
        answered = {turn.answered_id: turn for turn in turns if turn.answered_id is not None}
        owners = await self.run.call(self.run.ledger.owners, self.run.job, answered.keys())
        for account_id, owner_id in owners.items():
            turn = answered[account_id]
            if owner_id != turn.user.id:
                turn.verdict = another_users_account(account_id, owner_id)
                turn.operations[-1] = (turn.operations[-1][0], OperationState.SENT)

    def _set_leavers_aside(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """Leave removals, which came up since the first pass, to be judged together: no budget is passed by."""
        if self.run.cycle.kind is CycleKind.PLAN:
            return turns
        leavers = {turn.user.id for turn in turns if turn.is_removal or turn.is_purge}
        self.run.leavers |= leavers
        return [turn for turn in turns if turn.user.id not in leavers] if leavers else turns

    async def _follow(self, turns: Sequence[Turn], stale: Collection[str]) -> list[Turn]:
        """Settle, round after round, the few users whose first operation did not; return everyone's last turn.

        Some need another operation after what the target said; others changed meanwhile and are decided anew.
        """
        last = {turn.user.id: turn for turn in turns}
        open_turns: Sequence[Turn] = turns
        for _ in range(ROUNDS):
            sent = [turn for turn in open_turns if turn.user.id not in stale]
            again = await follow_up(self.run, self.lookups, sent)
            anew = await self._decide_anew({i: last[i] for i in stale})
            last.update((turn.user.id, turn) for turn in anew)
            if self.run.stop is not None or not (again or anew):
                return list(last.values())
            open_turns = [*again, *anew]
            stale = await self._write_down(open_turns)
            ready = [t for t in open_turns if t.operation is not None and t.user.id not in stale]
            await self.writers.send_urgently(ready)
        for turn in open_turns:
            if turn.verdict is None and turn.operation is not None:
                turn.plan = Problem("InternalError", "the user changed faster than could be followed")
        return list(last.values())

    async def _decide_anew(self, stale: Mapping[str, Turn]) -> Sequence[Turn]:
        """Decide again about users who changed since; those who are to go now are set aside."""
        if stale:
            await wait_for_claims(self.run, self.lookups, stale)
        if not stale or self.run.stop is not None:
            return ()
        batch = await self.run.call(self.run.feed.some, self.run.job, self.run.cycle, stale.keys())
        turns = self._set_leavers_aside(await self.decide(batch))
        for turn in turns:
            turn.operations = stale[turn.user.id].operations
            if turn.user.id in batch.logged and isinstance(turn.plan, Nothing):
                turn.plan = None  # a leaver who has an entry in this cycle, and is gone already: not a second one
        return turns

    async def _write_down(self, turns: Sequence[Turn]) -> Collection[str]:
        """Write the planned operations down; return the users who changed since theirs was decided."""
        if self.run.gate is not None:
            await self.run.gate.admit(turns)
        planned: dict[int, list[Turn]] = {}
        for turn in turns:
            if turn.operation is not None:
                planned.setdefault(turn.decided_at, []).append(turn)
        stale: set[str] = set()
        for decided_at, several in planned.items():
            stale.update(await self._write_down_together(several, decided_at))
        return stale

    async def _write_down_together(self, turns: Sequence[Turn], decided_at: int) -> Collection[str]:
        run = self.run
        to_send = [ToSend(turn.user.id, operation) for turn in turns if (operation := turn.operation) is not None]
        try:
            ids, stale = await run.call(run.ledger.record_sent, run.job, run.cycle, to_send, decided_at, run.clock())
        except AdministratorActed:
            await heed(run)
            return {turn.user.id for turn in turns}
        for turn, identifier in zip(turns, ids, strict=True):
            state = OperationState.STALE if turn.user.id in stale else OperationState.SENT
            turn.operations.append((identifier, state))
        return stale
