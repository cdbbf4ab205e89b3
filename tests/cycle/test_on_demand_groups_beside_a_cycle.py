"""Does provisioning a group on demand keep apart from a cycle that runs at the same moment?

The cycle and the provisioning on demand share nothing but the database and the application, as two processes do.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

import pytest

from fakes.installation import Installation, install, open_database
from fakes.memory_target import Sent
from instep.cycle.groups.ports import GroupToSend, RecordedGroups
from instep.ledger.cycles import Counts, Cycle
from instep.ledger.jobs import Job
from instep.rules.health.outcomes import Outcome
from instep.store.database import Database
from instep.store.groups.ledger import StoredGroupLedger
from instep.store.ledger import StoredLedger

Act = Callable[[], object]
SEEDS = int(os.environ.get("INSTEP_ON_DEMAND_SEEDS", "2"))
PEOPLE = ["ann", "bob", "cas", "dan", "eve", "fay"]


class GroupLedgerWithMoments(StoredGroupLedger):
    """The stored ledger of groups; before anything is written in it, something may happen."""

    def __init__(self, database: Database, act: Act) -> None:
        super().__init__(database)
        self.act = act

    def record_sent(
        self, job: Job, cycle: Cycle, operations: Sequence[GroupToSend], decided_at: int, now: datetime
    ) -> tuple[Sequence[int], Collection[int]]:
        self.act()
        return super().record_sent(job, cycle, operations, decided_at, now)

    def record(self, job: Job, cycle: Cycle, recorded: RecordedGroups, counts: Counts, now: datetime) -> None:
        self.act()
        super().record(job, cycle, recorded, counts, now)


def ledger_with_moments(instep: Installation, act: Act) -> StoredLedger:
    ledger = StoredLedger(instep.database)
    ledger.groups = GroupLedgerWithMoments(instep.database, act)
    return ledger


def at_moment(instep: Installation, number: int, act: Act) -> Act:
    """Something that happens once, at that moment of those at which nothing is under way: that would be waited for."""
    moments = iter(range(10**6))

    def moment() -> None:
        is_under_way = bool(instep.rows("SELECT 1 FROM operations WHERE state = 'sent'"))
        if not is_under_way and next(moments) == number:
            act()

    return moment


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(tmp_path_factory.mktemp("groups")) as opened:
        yield opened


@pytest.fixture
def instep(database: Database) -> Installation:
    installation = install(database, "custom-scim")
    installation.settle(removals=1000, group_removals=1000)
    installation.hire_all(PEOPLE)
    installation.add_group("Sales", *PEOPLE[:4])
    installation.assign_all()
    installation.assign_group("Sales")
    return installation


def members(instep: Installation, group: str = "Sales") -> list[str]:
    return [name.partition("@")[0] for name in instep.target.members_of(group)]


def silence(instep: Installation) -> None:
    """What is owed after all is done by one more cycle; then there is nothing."""
    for _ in range(2):
        instep.wait(hours=1)
        instep.ledger = None
        instep.target.forget_requests()
        instep.cycle()
    assert instep.target.sent == []
    assert instep.rows("SELECT * FROM claims") == []
    assert instep.rows("SELECT * FROM due_groups") == []
    assert instep.rows("SELECT * FROM turns") == []


@pytest.mark.parametrize("moment", range(4))
def test_whenever_it_comes_there_is_one_group_with_the_members_that_it_should_have(
    instep: Installation, moment: int
) -> None:
    instep.ledger = ledger_with_moments(
        instep, at_moment(instep, moment, lambda: instep.group_on_demand("Sales", "ann"))
    )
    instep.cycle()
    assert [(s.method) for s in instep.target.writes if s.endpoint == "/Groups"].count("POST") == 1
    assert members(instep) == PEOPLE[:4]
    silence(instep)


def test_what_somebody_wants_to_provision_is_let_go_between_two_requests(instep: Installation) -> None:
    done: list[object] = []
    other = threading.Thread(target=lambda: done.append(instep.group_on_demand("Sales", "ann")))

    def on_request(sent: Sent) -> None:
        if sent.endpoint == "/Groups" and sent.method == "POST" and not other.ident:
            other.start()

    instep.target.takes_seconds = 0.05
    instep.target.on_request = on_request
    instep.cycle()
    other.join(timeout=30)
    assert len(done) == 1
    assert members(instep) == PEOPLE[:4]
    silence(instep)


class KilledError(Exception):
    """Stands for the end of a process: whatever was under way is left as it is, and the locks are gone."""


def killed(instep: Installation, method: str) -> None:
    """Provisioning on demand that ends right after the application has done what was asked of a group."""

    def die(sent: Sent, _outcome: Outcome) -> None:
        if (sent.method, sent.endpoint) == (method, "/Groups"):
            instep.target.on_answer = None
            raise KilledError

    instep.target.on_answer = die
    with pytest.raises((KilledError, BaseExceptionGroup)):
        instep.group_on_demand("Sales", "ann")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_after_a_kill_the_next_cycle_finds_the_group_and_makes_no_second(instep: Installation, method: str) -> None:
    killed(instep, method)
    instep.cycle()
    assert len(instep.target.all_groups) == 1
    assert members(instep) == PEOPLE[:4]
    silence(instep)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_after_a_kill_it_can_be_tried_again_on_demand(instep: Installation, method: str) -> None:
    killed(instep, method)
    report = instep.group_on_demand("Sales", "ann")
    assert report.group is not None
    assert report.group.advice is None
    assert len(instep.target.all_groups) == 1
    assert members(instep) == ["ann"]
    instep.cycle()
    assert members(instep) == PEOPLE[:4]
    silence(instep)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_kill_beside_a_running_cycle_does_not_hold_it_up(instep: Installation, method: str) -> None:
    instep.ledger = ledger_with_moments(instep, at_moment(instep, 0, lambda: killed(instep, method)))
    instep.cycle()
    assert len(instep.target.all_groups) == 1
    assert members(instep) == PEOPLE[:4]
    silence(instep)


def test_a_group_that_a_cycle_deletes_is_deleted_once(instep: Installation) -> None:
    instep.cycle()
    instep.unassign_group("Sales")
    instep.target.forget_requests()
    instep.ledger = ledger_with_moments(instep, at_moment(instep, 0, lambda: instep.group_on_demand("Sales")))
    instep.cycle()
    assert [sent.method for sent in instep.target.writes] == ["DELETE"]
    assert instep.target.all_groups == {}
    silence(instep)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_in_a_random_world_the_groups_are_as_wanted_in_the_end(instep: Installation, seed: int) -> None:
    chance = random.Random(seed)
    instep.add_group("Tech", *PEOPLE[3:])
    instep.assign_group("Tech")
    here = {"Sales": set(PEOPLE[:4]), "Tech": set(PEOPLE[3:])}
    one_at_a_time = threading.Lock()

    def change() -> None:
        group, person = chance.choice(list(here)), chance.choice(PEOPLE)
        if person in here[group]:
            here[group].remove(person)
            instep.leave(group, person)
        else:
            here[group].add(person)
            instep.join(group, person)

    def something_happens() -> None:
        """What is under way is waited for, and this moment is within a cycle that would wait here."""
        if not one_at_a_time.acquire(blocking=False):
            return
        try:
            if chance.random() < 0.4:
                change()
            group = chance.choice(list(here))
            under_way = {row[0] for row in instep.rows("SELECT user_id FROM operations WHERE state = 'sent'")}
            group_id = dict(instep.rows("SELECT display_name, id FROM groups"))[group]
            chosen = chance.sample(sorted(here[group]), min(2, len(here[group])))
            if chance.random() < 0.6 and under_way.isdisjoint({group_id, *chosen}):
                instep.group_on_demand(group, *chosen)
        finally:
            one_at_a_time.release()

    for _ in range(4):
        for _ in range(chance.randrange(4)):
            change()
        if chance.random() < 0.3:
            instep.target.all_groups.pop(chance.choice([*instep.target.all_groups, ""]), None)
        instep.ledger = ledger_with_moments(instep, something_happens)
        instep.cycle()
        instep.wait(hours=1)
    instep.ledger = None
    for group in here:
        instep.group_on_demand(group)  # one that somebody deleted in the target is found missing
    silence(instep)
    names = Counter(group["displayName"] for group in instep.target.all_groups.values())
    assert names == {"Sales": 1, "Tech": 1}
    for group, people in here.items():
        assert members(instep, group) == sorted(people), (group, seed)
