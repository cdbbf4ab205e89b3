"""Which account does a user get who has none yet, when several attributes match? (engine.md 2, mappings.md 1.4)"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
import pytest

from fakes.installation import Installation
from fakes.memory_target import Fault, MemoryTarget, Sent
from instep.ledger.wording import reason
from instep.rules.health.outcomes import Answer, Outcome
from instep.rules.mapping.attribute_mapping import AttributeMapping, Direct, TargetAttribute

NUMBER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"


@pytest.fixture
def two(instep: Installation) -> Installation:
    """Matching by externalId (the employee id) first, by userName second."""
    instep.map_users(
        AttributeMapping("externalId", Direct("employeeId"), matching_priority=1),
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=2),
        targets=(TargetAttribute("userName", required=True), TargetAttribute("externalId", case_exact=True)),
    )
    return instep


def asked(instep: Installation) -> list[str]:
    return [sent.query for sent in instep.target.sent if sent.method == "GET" and " eq " in sent.query]


def others_are_linked(instep: Installation) -> None:
    """So many accounts that one joiner is looked for by filters."""
    instep.hire("bob", employeeId="B-2")
    instep.assign_all()
    instep.cycle()
    instep.target.forget_requests()


def entry(instep: Installation, user_id: str) -> Any:
    return instep.log(user_id)[-1].entry


def test_the_attribute_with_the_lowest_precedence_is_asked_first_and_a_hit_ends_matching(two: Installation) -> None:
    others_are_linked(two)
    account_id = two.target.put(userName="somebody@corp.example", externalId="A-1")
    two.hire("ada", employeeId="A-1")
    two.cycle()
    assert asked(two) == ['externalId eq "A-1"']
    assert two.link("ada").account_id == account_id  # type: ignore[union-attr]
    assert entry(two, "ada").facts["matched_by"] == "externalId"


def test_where_the_first_finds_nobody_the_second_is_asked_and_the_first_is_written(two: Installation) -> None:
    others_are_linked(two)
    account_id = two.target.put(userName="ADA@corp.example")
    two.hire("ada", employeeId="A-1")
    assert two.cycle().counts.updated == 1
    assert asked(two) == ['externalId eq "A-1"', 'userName eq "ada@corp.example"']
    assert two.target.accounts[account_id]["externalId"] == "A-1"


def test_a_user_without_a_value_of_the_first_falls_to_the_second(two: Installation) -> None:
    others_are_linked(two)
    account_id = two.target.put(userName="ada@corp.example")
    two.hire("ada")
    two.cycle()
    assert asked(two) == ['userName eq "ada@corp.example"']
    assert two.link("ada").account_id == account_id  # type: ignore[union-attr]


def test_whom_no_attribute_finds_is_created_after_each_was_asked(two: Installation) -> None:
    others_are_linked(two)
    two.hire("ada", employeeId="A-1")
    assert two.cycle().counts.created == 1
    assert asked(two) == ['externalId eq "A-1"', 'userName eq "ada@corp.example"']


def test_a_user_without_a_value_of_any_matching_attribute_fails_with_what_to_fill_in(instep: Installation) -> None:
    instep.map_users(AttributeMapping("externalId", Direct("employeeId"), matching_priority=1))
    instep.map_users(AttributeMapping("userName", Direct("userPrincipalName")))
    instep.hire_all(["ada", "bob"])
    instep.change("bob", employeeId="B-2")
    instep.assign_all()
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.failed) == (1, 1)
    assert entry(instep, "ada").code == "ImportSkipped"
    assert "externalId" in reason(entry(instep, "ada"))
    assert len(instep.target.accounts) == 1


def test_an_ambiguity_of_the_first_is_not_resolved_by_the_second_and_both_are_named(two: Installation) -> None:
    others_are_linked(two)
    first = two.target.put(userName="ada@corp.example", externalId="A-1")
    second = two.target.put(userName="ada.old@corp.example", externalId="A-1")
    two.hire("ada", employeeId="A-1")
    assert two.cycle().counts.failed == 1
    assert entry(two, "ada").code == "DuplicateTargetEntries"
    assert first in reason(entry(two, "ada"))
    assert second in reason(entry(two, "ada"))
    assert two.target.writes == []


def test_of_two_users_with_one_value_one_has_the_account_and_the_other_is_told_whose_it_is(two: Installation) -> None:
    others_are_linked(two)
    account_id = two.target.put(userName="somebody@corp.example", externalId="A-1")
    two.hire("ada", employeeId="A-1")
    two.hire("eva", employeeId="A-1")
    summary = two.cycle()
    assert (summary.counts.updated, summary.counts.failed) == (1, 1)
    owner, other = ("ada", "eva") if two.link("ada") is not None else ("eva", "ada")
    assert two.link(owner).account_id == account_id  # type: ignore[union-attr]
    assert entry(two, other).code == "DuplicateSourceEntries"
    assert account_id in reason(entry(two, other))
    assert owner in reason(entry(two, other))


def test_a_walk_matches_by_the_same_precedence_as_filters(two: Installation) -> None:
    two.hire("ada", employeeId="A-1")
    two.hire("bob")
    two.hire("cleo", employeeId="C-3")
    two.hire("dora", employeeId="D-4")
    by_number = two.target.put(userName="somebody@corp.example", externalId="A-1")
    by_name = two.target.put(userName="bob@corp.example")
    first = two.target.put(userName="c1@corp.example", externalId="C-3")
    second = two.target.put(userName="cleo@corp.example", externalId="C-3")
    two.assign_all()
    summary = two.cycle()
    assert summary.counts.reads_because["matching by filter"] == 2  # dora's absence is confirmed by both
    assert two.link("ada").account_id == by_number  # type: ignore[union-attr]
    assert two.link("bob").account_id == by_name  # type: ignore[union-attr]
    assert entry(two, "cleo").code == "DuplicateTargetEntries"
    assert first in reason(entry(two, "cleo"))
    assert second in reason(entry(two, "cleo"))
    assert entry(two, "dora").code == "EntryExportAdd"


def test_a_matching_attribute_that_flows_on_creation_only_finds_accounts_and_is_never_written_to_them(
    instep: Installation,
) -> None:
    instep.map_users(
        AttributeMapping("externalId", Direct("employeeId"), matching_priority=1, apply="creation"),
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=2),
        targets=(TargetAttribute("userName", required=True), TargetAttribute("externalId", case_exact=True)),
    )
    others_are_linked(instep)
    matched = instep.target.put(userName="somebody@corp.example", externalId="A-1")
    without = instep.target.put(userName="cleo@corp.example")
    instep.hire("ada", employeeId="A-1")
    instep.hire("cleo", employeeId="C-3")
    instep.hire("dora", employeeId="D-4")
    instep.cycle()
    assert instep.link("ada").account_id == matched  # type: ignore[union-attr]
    assert "externalId" not in instep.target.accounts[without]
    assert instep.target.named("dora@corp.example")["externalId"] == "D-4"  # type: ignore[index]
    instep.change("ada", employeeId="A-2")
    instep.cycle()
    assert instep.target.accounts[matched]["externalId"] == "A-1"


def test_a_number_is_asked_for_as_a_number(instep: Installation) -> None:
    instep.map_users(
        AttributeMapping(NUMBER, Direct("employeeId"), matching_priority=1),
        AttributeMapping("userName", Direct("userPrincipalName"), matching_priority=2),
        targets=(TargetAttribute("userName", required=True), TargetAttribute(NUMBER, "Integer")),
    )
    instep.target.put(userName="bob@corp.example")
    instep.hire("ada", employeeId="701")
    instep.assign_all()
    instep.cycle()
    assert f"{NUMBER} eq 701" in asked(instep)


NAMES = [
    "o'hara@x", 'a"b@x', "a\\b@x", 'a\\"b@x', 'x" or userName pr or userName eq "@x', "a+b@x", "a%20b@x", "a&count=1@x",
    "a#b@x", "a?b@x", "a/b@x", "a;b=c@x", 'a[type eq "x"]@x', "(a)@x", "zoë@x", "名@x", "😀@x", "\u202eada@x", "$ref@x",
    "null@x", "{a}@x", "<a>@x", "a,b@x", "a:b@x", "a|b@x",
]  # fmt: skip


@pytest.mark.parametrize("way", ["filters", "a walk"])
def test_whatever_a_name_is_made_of_the_account_that_has_it_is_found_and_no_other(
    instep: Installation, way: str
) -> None:
    instep.hire("bob")
    instep.assign_all()
    instep.cycle()
    found = {}
    for number, name in enumerate(NAMES):
        found[f"u{number}"] = instep.target.put(userName=name)
        instep.target.put(userName=f"other-{name}")
        instep.hire(f"u{number}", userPrincipalName=name)
    if way == "filters":
        instep.target.faults = [Fault(Answer(500, b"oops"), {"GET"}, concerning="startIndex")]
    summary = instep.cycle()
    assert (summary.counts.created, summary.counts.failed) == (0, 0)
    assert bool(asked(instep)) is (way == "filters")
    assert {user: instep.link(user).account_id for user in found} == found  # type: ignore[union-attr]


@dataclass(slots=True)
class HidingTarget(MemoryTarget):
    """An application that does not show the externalId: in its lists, or never."""

    even_by_id: bool = False

    async def handle(self, sent: Sent, do: Callable[[], Answer]) -> Outcome:
        answer = await MemoryTarget.handle(self, sent, do)
        if sent.method != "GET" or not isinstance(answer, Answer) or answer.status != 200:
            return answer
        document = orjson.loads(answer.body)
        for resource in document.get("Resources", [document] if self.even_by_id else []):
            resource.pop("externalId", None)
        return replace(answer, body=orjson.dumps(document))


def test_an_account_that_does_not_show_what_it_was_found_by_is_read_before_it_is_adopted(two: Installation) -> None:
    two.target = HidingTarget()
    others_are_linked(two)
    account_id = two.target.put(userName="somebody@corp.example", externalId="A-1")
    two.hire("ada", employeeId="A-1")
    summary = two.cycle()
    assert two.link("ada").account_id == account_id  # type: ignore[union-attr]
    assert summary.counts.reads_because["whether an account has what it was found by"] == 1


def test_an_account_that_never_shows_it_is_not_adopted_and_none_is_created(two: Installation) -> None:
    two.target = HidingTarget(even_by_id=True)
    others_are_linked(two)
    two.target.put(userName="somebody@corp.example", externalId="A-1")
    two.hire("ada", employeeId="A-1")
    assert two.cycle().counts.failed == 1
    assert two.link("ada") is None
    assert "it shows no externalId, so it may be anybody's" in reason(entry(two, "ada"))
    assert two.target.named("ada@corp.example") is None
