"""What is left when the engine was killed, again and again, while the directory moved: one trial, and what it saw."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fakes.group_history import GroupHistory
from fakes.memory_target import Sent
from faults.crash.engine import Kind
from faults.crash.installations import Ended, KilledInstallation, Place, install_at
from instep.ledger.cycles import CycleState
from instep.rules.health.outcomes import Answer, Outcome

ROUNDS = 3
MOST_KILLS = 3  # in a row, before the engine may end
LATEST_MOMENT = 90
MORE_CYCLES = 3  # until everything must be well: for what had failed, and for references to who came later

NOT_CLOSED = {
    "operations without an outcome": "SELECT id FROM operations WHERE state IN ('planned', 'sent', 'unknown')",
    "cycles that have not ended": "SELECT id FROM cycles WHERE state = 'running' OR "
    "(state = 'interrupted' AND kind <> 'on demand')",
    "claims": "SELECT user_id FROM claims WHERE state <> 'over'",
    "turns": "SELECT user_id FROM turns",
    "users in escrow": "SELECT user_id FROM escrows",
    "groups in escrow": "SELECT group_id FROM group_escrows",
    "users held": "SELECT user_id FROM holds",
    "accounts of a walk": "SELECT account_id FROM target_accounts",
}


class NotWhole(AssertionError):
    """Something is not as it should be after a kill."""


@dataclass
class Trial:
    """A small company whose directory moves at random, and whose engine is killed at random; all from one seed."""

    place: Place
    seed: int
    kills: Counter[str] = field(default_factory=Counter)  # by the moment
    engines: int = 0

    def __post_init__(self) -> None:
        self.instep: KilledInstallation = install_at(self.place)
        self.history = CompanyHistory(self.instep, self.seed)
        self.random = random.Random(self.seed + 1)
        self.instep.batch_size = self.random.choice([1, 2, 3, 500])
        self.instep.settle(removals=10_000, group_removals=10_000, concurrency=self.random.choice([1, 2, 16]))
        self.watched = Watched(self.history)

    def run(self) -> None:
        """Raise NotWhole, with what was done before, where anything is not as it should be."""
        with self.told():
            for _ in range(ROUNDS):
                for _ in range(self.random.randint(1, MOST_KILLS)):
                    self._kill()
                    self.history.edits(self.random.choice([0, 0, 3]))
                self.settle()
                self.history.edits(8)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Let whatever is wrong say what was done before."""
        try:
            yield
        except AssertionError as problem:
            raise NotWhole(f"seed {self.seed}: {problem}\nafter: {'; '.join(self.history.done)}") from problem

    def _kill(self) -> None:
        number = int(LATEST_MOMENT ** self.random.random())  # the first moments as often as the many later ones
        kind, group, members = self._drawn()
        self.ran(self.instep.engine(number, kind, group, members), f"{kind} {group} {members}")

    def _drawn(self) -> tuple[Kind, str, list[str]]:
        company = self.history.company
        people = sorted(who for who, place in company.people.items() if place != "gone")
        groups = sorted(company.groups[each] for each in company.assigned & company.groups.keys())
        draw = self.random.random()
        if draw < 0.15 and people:
            return Kind.USER, "", [self.random.choice(people)]
        if draw < 0.3 and groups:
            return Kind.GROUP, self.random.choice(groups), []
        return Kind.CYCLE, "", []

    def ran(self, ended: Ended, what: str = "a cycle") -> Ended:
        """Take note of how an engine ended."""
        self.engines += 1
        at = f"at moment {len(ended.moments)}: {ended.moments[-1]}" if ended.was_killed else ended.said
        self.history.done.append(f"[{what} {'KILLED ' if ended.was_killed else ''}{at}]")
        if ended.was_killed:
            self.kills[ended.moments[-1]] += 1
        return ended

    def cycle(self) -> Ended:
        """A whole cycle, an hour after the last."""
        self.instep.wait(hours=25)
        self.instep.target.forget_requests()
        ended = self.ran(self.instep.engine())
        assert ended.said == CycleState.SUCCEEDED, ended
        return ended

    def settle(self) -> None:
        """The engine runs unharmed: everything must be as the directory says, with a closed ledger, and quiet."""
        self.cycle()
        for _ in range(MORE_CYCLES):
            if not list(problems_of(self.instep, self.history)):
                break
            self.cycle()
        found = [*problems_of(self.instep, self.history), *self.watched.problems]
        assert not found, "; ".join(found)
        self.cycle()
        assert not self.instep.target.sent, f"a cycle without a change sends {self.instep.target.sent}"


def problems_of(instep: KilledInstallation, history: "CompanyHistory") -> Iterator[str]:
    """Say what is not as it should be: at the target, and in the ledger."""
    history.company.provisioned |= set(history.seen()[0]) & history.company.people.keys()
    wanted, seen = history.company.after_a_cycle(), history.seen()
    if seen != wanted:
        yield f"accounts and groups are {seen}, not {wanted}"
    yield from history.wrong_managers()
    yield from history.wrong_values()
    for what, query in NOT_CLOSED.items():
        if rows := instep.rows(query):
            yield f"{what}: {rows}"
    yield from _wrongly_linked(instep)
    yield from _wrongly_logged(instep)


def _wrongly_linked(instep: KilledInstallation) -> Iterator[str]:
    accounts = {each["id"]: each["active"] for each in instep.target.accounts.values()}
    links = {account: bool(is_active) for account, is_active in instep.rows("SELECT account_id, is_active FROM links")}
    if links != accounts:
        yield f"the links lead to {links}, and there is {accounts}"
    groups = {each["id"] for each in instep.target.all_groups.values()}
    group_links = {row[0] for row in instep.rows("SELECT resource_id FROM group_links")}
    if group_links != groups:
        yield f"the links of groups lead to {group_links}, and there is {groups}"


def _wrongly_logged(instep: KilledInstallation) -> Iterator[str]:
    # Who was created, and left before the cycle had ended, has two entries: both happened.
    twice = instep.rows(
        """SELECT cycle_id, user_id, action, count(*) FROM provisioning_log WHERE facts NOT LIKE '%reference%'
           GROUP BY cycle_id, user_id, source_type, action HAVING count(*) > 1"""
    )
    if twice:
        yield f"logged more than once in a cycle: {twice}"
    unlogged = instep.rows(
        """SELECT user_id FROM links WHERE user_id NOT IN
           (SELECT user_id FROM provisioning_log)"""
    )
    if unlogged:
        yield f"linked, and not in the log: {unlogged}"


class CompanyHistory(GroupHistory):
    """Users change their titles and names too."""

    def __init__(self, instep: KilledInstallation, seed: int) -> None:
        self.titles: dict[str, str] = {}
        self.names: dict[str, str] = {}
        super().__init__(instep, seed)

    def edit(self) -> None:
        """One random edit."""
        draw = self.random.random()
        if draw < 0.15:
            self._change(self.titles, "jobTitle", self.random.choice(["Engineer", "Director"]))
        elif draw < 0.25:
            self._change(self.names, "userPrincipalName", f"name{next(self.fresh)}@corp.example")
        else:
            super().edit()

    def _change(self, kept: dict[str, str], attribute: str, value: str) -> None:
        if who := self._at("live"):
            self._note(who, attribute, value)
            self.instep.change(who, **{attribute: value})
            kept[who] = value

    def wrong_values(self) -> list[str]:
        """Whose active account says something else than the directory."""
        accounts = dict(self.instep.rows("SELECT user_id, account_id FROM links"))
        found = []
        for who in filter(self.company.is_active, accounts.keys() & self.company.people.keys()):
            account = self.instep.target.accounts.get(accounts[who], {})
            said = account.get("title"), account.get("userName")
            wanted = self.titles.get(who), self.names.get(who, f"{who}@corp.example")
            if said != wanted:
                found.append(f"{who} is {said}, not {wanted}")
        return found


class Watched:
    """Looks on at the target, at every request: is anybody there twice, or disabled whom nobody wants to disable?"""

    def __init__(self, history: CompanyHistory) -> None:
        self._history = history
        self._target = history.instep.target
        self._active: dict[str, bool] = {}
        self._created: Counter[str] = Counter()
        self.problems: list[str] = []
        self._target.on_answer = self._look

    def _look(self, sent: Sent, answer: Outcome) -> None:
        accounts, groups = self._target.accounts.values(), self._target.all_groups.values()
        self._twice("group", Counter(str(each.get("externalId")) for each in groups))
        if sent.method == "POST" and sent.endpoint == "/Users" and isinstance(answer, Answer):
            who = _who(sent.body)
            self._created[who] += 1
            if answer.status != 201:
                self.problems.append(f"to create {who} again was answered with {answer.status}")
            self._twice("create of", self._created)
        for each in accounts:
            if not each["active"] and self._active.get(each["id"]) and self._is_wanted(each):
                self.problems.append(f"{_who(each)} was disabled, and nobody wanted that")
            self._active[each["id"]] = each["active"]

    def _twice(self, what: str, counted: Counter[str]) -> None:
        self.problems += [f"{what} {who} twice" for who, number in counted.items() if number > 1]

    def _is_wanted(self, account: dict[str, object]) -> bool:
        company = self._history.company
        who = _who(account)
        return who in company.people and company.is_active(who)


def _who(resource: dict[str, object]) -> str:
    """Whose resource it is: people's display name is their id, and never changes."""
    return str(resource.get("displayName"))


def try_every_moment(place: Place, seed: int, step: int = 1) -> Iterator[Trial]:
    """Kill the engine of one company at each moment of its initial cycle, and of the next one after some edits.

    The company is the same each time. With a step, at every so-manieth moment. Raises NotWhole.
    """
    number = 1 + seed % step
    while True:
        trial = Trial(place, seed)
        was_killed = False
        for _ in range(2):
            with trial.told():
                was_killed |= trial.ran(trial.instep.engine(number)).was_killed
                trial.settle()
                trial.history.edits(30)
        if not was_killed:
            return
        yield trial
        number += step
