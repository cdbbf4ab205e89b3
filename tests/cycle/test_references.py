"""Does an account refer to its manager's, however and whenever the two accounts come to be?"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.installation import Installation, open_installation
from fakes.memory_target import Fault
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer
from instep.scim.messages import ENTERPRISE_USER_URN


@pytest.fixture
def instep(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path, "custom-scim") as installation:
        installation.settle(removals=1000)
        yield installation


def manager_of(instep: Installation, name: str) -> str | None:
    """Whose account the account of someone refers to."""
    by_id = {account["id"]: account["userName"].partition("@")[0] for account in instep.target.accounts.values()}
    account = instep.target.named(f"{name}@corp.example")
    assert account is not None
    manager: dict[str, Any] = account.get(ENTERPRISE_USER_URN, {}).get("manager", {})
    return by_id.get(manager.get("value", ""))


def hire(instep: Installation, **managers: str) -> None:
    """People by the names of their managers, assigned; whoever has none has the text ''."""
    instep.hire_all(list(managers))
    for name, manager in managers.items():
        if manager:
            instep.change(name, manager=manager)
        instep.assign(name)


def cycle(instep: Installation) -> dict[str, int]:
    """The requests of a cycle."""
    instep.target.forget_requests()
    instep.wait(hours=1)
    instep.cycle()
    return dict(instep.target.requests)


def silence(instep: Installation) -> None:
    assert cycle(instep) == {}


def test_managers_come_first_and_ride_in_the_creates_of_their_reports(instep: Installation) -> None:
    hire(instep, ann="bob", bob="cas", cas="", dan="cas", eve="ann")
    assert cycle(instep) == {"GET": 1, "POST": 5}
    assert [manager_of(instep, name) for name in ("ann", "bob", "cas", "dan", "eve")] == [
        "bob",
        "cas",
        None,
        "cas",
        "ann",
    ]
    silence(instep)


def test_also_in_an_incremental_cycle(instep: Installation) -> None:
    hire(instep, zoe="")
    cycle(instep)
    hire(instep, ann="bob", bob="zoe")
    assert cycle(instep) == {"GET": 1, "POST": 2}
    assert (manager_of(instep, "ann"), manager_of(instep, "bob")) == ("bob", "zoe")


def test_a_cycle_of_managers_costs_one_later_patch(instep: Installation) -> None:
    instep.hire_all(["ann", "bob", "cas"])
    for name, manager in (("ann", "bob"), ("bob", "cas"), ("cas", "ann")):
        instep.change(name, manager=manager)
        instep.assign(name)
    assert cycle(instep) == {"GET": 1, "POST": 3, "PATCH": 1}
    assert [manager_of(instep, name) for name in ("ann", "bob", "cas")] == ["bob", "cas", "ann"]
    *_, last = instep.log()
    assert (last.entry.user_name, last.entry.code) == ("ann@corp.example", "EntryExportUpdate")
    assert reason(last.entry).startswith("The manager of ann@corp.example has an account now")
    silence(instep)


def test_a_manager_who_comes_into_scope_later_is_written_into_the_accounts_of_the_reports(instep: Installation) -> None:
    hire(instep, ann="", bob="", cas="")
    for name in ("ann", "bob"):
        instep.change(name, manager="cas")
    instep.unassign("cas")
    cycle(instep)
    assert [manager_of(instep, name) for name in ("ann", "bob")] == [None, None]
    silence(instep)
    instep.assign("cas")
    assert cycle(instep) == {"GET": 1, "POST": 1, "PATCH": 2}
    assert [manager_of(instep, name) for name in ("ann", "bob")] == ["cas", "cas"]
    silence(instep)


def test_a_report_whose_manager_has_no_account_costs_no_request(instep: Installation) -> None:
    hire(instep, ann="", cas="")
    instep.unassign("cas")
    cycle(instep)
    instep.change("ann", manager="cas")
    silence(instep)


def test_a_manager_who_leaves_stays_written_where_he_was(instep: Installation) -> None:
    hire(instep, ann="cas", cas="")
    cycle(instep)
    instep.unassign("cas")
    assert cycle(instep) == {"PATCH": 1}
    instep.change("ann", manager="")
    silence(instep)
    assert manager_of(instep, "ann") == "cas"


def test_another_account_of_the_manager_is_written_into_those_of_the_reports(instep: Installation) -> None:
    hire(instep, ann="cas", cas="")
    cycle(instep)
    gone = instep.target.named("cas@corp.example")
    assert gone is not None
    del instep.target.accounts[gone["id"]]
    instep.change("cas", jobTitle="Chief")
    assert cycle(instep) == {"PATCH": 2, "GET": 2, "POST": 1}
    assert manager_of(instep, "ann") == "cas"
    silence(instep)


def test_a_manager_whose_create_fails_is_written_when_it_works(instep: Installation) -> None:
    hire(instep, ann="cas", cas="")
    instep.target.faults.append(Fault(Answer(400, b"no"), ["POST"], concerning="cas@"))
    cycle(instep)
    assert manager_of(instep, "ann") is None
    assert cycle(instep) == {"GET": 1, "POST": 1, "PATCH": 1}
    assert manager_of(instep, "ann") == "cas"
    silence(instep)


def test_a_reference_that_is_refused_fails_its_user_alone_and_is_tried_again(instep: Installation) -> None:
    hire(instep, ann="", bob="", cas="")
    instep.unassign("cas")
    for name in ("ann", "bob"):
        instep.change(name, manager="cas")
    cycle(instep)
    instep.assign("cas")
    ann = instep.target.named("ann@corp.example")
    assert ann is not None
    instep.target.faults.append(Fault(Answer(400, b"no"), ["PATCH"], concerning=ann["id"]))
    cycle(instep)
    assert (manager_of(instep, "ann"), manager_of(instep, "bob")) == (None, "cas")
    assert cycle(instep) == {"PATCH": 1}
    assert manager_of(instep, "ann") == "cas"
