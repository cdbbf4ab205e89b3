"""What does one run of a cycle carry with it: its ports, its place, its counts, and whether it must stop?"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from instep.clock import Clock, never_back
from instep.cycle.answers import judge_answer
from instep.cycle.compiled import CompiledJob
from instep.cycle.ports import Feed, Ledger, Target
from instep.cycle.turns import Turn
from instep.ledger.cycles import Counts, Cycle
from instep.ledger.jobs import Job
from instep.rules.health.budgets import Budgeted, Judgement
from instep.rules.health.outcomes import Outcome
from instep.rules.health.verdicts import (
    CredentialsRefused,
    Done,
    Failed,
    Misconfigured,
    Stopping,
    Unavailable,
    Uncertain,
    Verdict,
)
from instep.rules.planning.plan import Operation

T = TypeVar("T")
Item = TypeVar("Item")
BATCH_SIZE = 500
FAILURES_THAT_MEAN_THE_TARGET_IS_DOWN = 100
_TROUBLE = frozenset({"InternalServerError", "Timeout", "WebExceptionProtocolError"})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a cycle is, for whoever watches: users finished, and about how many there are."""

    users: int
    total: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Superseded:
    """The configuration was saved while the cycle ran: what is under way finishes, nothing more is sent."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """An administrator stopped the job: what is under way finishes, and the cycle goes on from there once started."""


@dataclass(frozen=True, slots=True)
class Reconnected:
    """An administrator saved another Tenant URL or Secret Token, with which the cycle goes on."""


Ordered = Superseded | Stopped | Reconnected


class Gate(Protocol):
    """Decides of planned operations which may be sent in this run."""

    async def admit(self, turns: Sequence[Turn]) -> None:
        """Give another plan to those turns whose operation may not be sent."""


@dataclass(slots=True)
class Run:
    """One run of one cycle. The ledger and the feed are called in threads, one call at a time each."""

    job: Job
    compiled: CompiledJob
    cycle: Cycle
    counts: Counts
    feed: Feed
    ledger: Ledger
    target: Target
    clock: Clock
    watch: Callable[[Progress], None]
    escrows_due_by: datetime  # what failed is tried again if it is due by then
    total: int = 0
    stop: Stopping | Ordered | None = None
    failures_in_a_row: int = 0
    seen_head: int = 0
    leavers: set[str] = field(default_factory=set)  # removals that came up after the first pass: to be judged
    held: set[str] = field(default_factory=set)  # removals over budget in this run
    gate: Gate | None = None  # None lets every operation pass
    undoes: str | None = None  # the cycle that this one undoes
    judgements: dict[Budgeted, Judgement] = field(default_factory=dict)  # the last of each
    under_way: set[str] = field(default_factory=set)  # users of batches that are sent and not recorded yet
    counted_requests: dict[str, int] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)  # account -> user, until the ledger has the link
    answers: list[tuple[Turn, Operation, Outcome]] = field(default_factory=list)  # that are not judged yet
    chosen: dict[tuple[str, str], str] = field(default_factory=dict)  # target attribute, unique value -> user

    def __post_init__(self) -> None:
        # What is asked about a cycle is what ended since it began.
        self.clock = never_back(self.clock, self.cycle.begun_at)

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Call a port's plain function in a thread, so that requests go on meanwhile."""
        return await asyncio.to_thread(function, *arguments)

    async def side_by_side(self, work: Callable[[Item], Awaitable[None]], items: Sequence[Item]) -> None:
        """Do some work for each item, as many at a time as the application allows requests."""
        waiting = iter(items)

        async def go_on() -> None:
            for item in waiting:
                await work(item)

        workers = min(self.job.settings.concurrency, len(items))
        await asyncio.gather(*(go_on() for _ in range(workers)))

    def halt(self, stop: Stopping | Ordered) -> None:
        """Let nothing more be sent; the first reason is the one that counts."""
        self.stop = self.stop or stop
        self.target.shut()

    def take_notice(self, verdict: Verdict) -> None:
        """Stop the run where a verdict is about the whole target, or where nothing has worked for long."""
        if type(verdict) is Done:
            self.failures_in_a_row = 0
        elif isinstance(verdict, Unavailable | CredentialsRefused | Misconfigured):
            self.halt(verdict)
        elif isinstance(verdict, Failed | Uncertain) and verdict.code in _TROUBLE:
            self.failures_in_a_row += 1
            if self.failures_in_a_row >= FAILURES_THAT_MEAN_THE_TARGET_IS_DOWN:
                self.halt(Unavailable(verdict.code, f"nothing works any more; last: {verdict.detail}"))
        else:
            self.failures_in_a_row = 0

    def keep_answer(self, turn: Turn, operation: Operation, outcome: Outcome) -> None:
        """Keep an answer that can wait, to be judged with others: among requests it takes twice as long."""
        self.failures_in_a_row = 0
        self.answers.append((turn, operation, outcome))

    def judge_answers(self) -> None:
        """Give each turn that was answered since the last time its verdict."""
        answers, self.answers = self.answers, []
        for turn, operation, outcome in answers:
            turn.verdict = judge_answer(turn, operation, outcome, self.claims)

    def claim(self, account_id: str, user_id: str) -> bool:
        """Take an account for a user before the ledger has the link; False if another user has taken it."""
        self.judge_answers()
        return self.claims.setdefault(account_id, user_id) == user_id

    async def owners(self, account_ids: Collection[str]) -> Mapping[str, str]:
        """Return to which user each of these accounts belongs: linked, or taken in this run."""
        if not account_ids:
            return {}
        self.judge_answers()
        linked = await self.call(self.ledger.owners, self.job, account_ids)
        return {**{i: self.claims[i] for i in account_ids if i in self.claims}, **linked}

    def count_requests(self) -> None:
        """Add the requests that were sent since the last time to the cycle's counts."""
        for method, number in self.target.requests.items():
            new = number - self.counted_requests.get(method, 0)
            if new:
                self.counts.requests[method] += new
                self.counted_requests[method] = number

    def report(self) -> None:
        """Tell the watcher how far the cycle is."""
        self.watch(Progress(self.counts.users, max(self.total, self.counts.users), self.counts))
