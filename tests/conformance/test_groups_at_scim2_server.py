"""Does an independent SCIM service end up with the directory's groups and members, nested ones too?

A small company; PEOPLE=500 GROUPS=50 MEMBERSHIPS=5000 in the environment make it the one that `make soak` counts.
"""

import os
import random
from collections.abc import Iterator

import pytest

from fakes.administrator import administrator
from fakes.company_of_groups import CompanyOfGroups, differences, requests_for, writes
from fakes.scim2_server import Scim2Server, scim2_server
from instep.ledger.cycles import CycleSummary

# The tests of this file follow each other, on one worker: each begins where the one before ended.

PEOPLE = int(os.environ.get("PEOPLE", "60"))
GROUPS = int(os.environ.get("GROUPS", "10"))
MEMBERSHIPS = int(os.environ.get("MEMBERSHIPS", "300"))
SEED = int(os.environ.get("SEED", "20261123"))


@pytest.fixture(scope="module")
def server() -> Iterator[Scim2Server]:
    with scim2_server() as served:
        yield served


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, server: Scim2Server) -> Iterator[CompanyOfGroups]:
    with administrator(tmp_path_factory.mktemp("company"), "custom-scim") as admin:
        admin.connects(server.tenant_url, server.secret_token)
        admin.sets(dialect="rfc", nested_groups="expand", budget_removals="10000", budget_groups="1000")
        founded = CompanyOfGroups(admin, random.Random(SEED))
        founded.found(PEOPLE, GROUPS, MEMBERSHIPS)
        yield founded


def provision(company: CompanyOfGroups, what: str) -> CycleSummary:
    """A cycle; the line is for whoever counts (`make soak`)."""
    summary = company.admin.provisions()
    counts, of_groups = summary.counts, summary.counts.of_groups
    sent = ", ".join(f"{method} {number}" for method, number in sorted(counts.requests.items())) or "none"
    came_and_went = f"{of_groups.memberships_added:,} | {of_groups.memberships_removed:,}"
    print(f"| {what} | {counts.users:,} | {of_groups.groups} | {came_and_went} | {sent} |")  # noqa: T201
    return summary


def silence(company: CompanyOfGroups) -> None:
    summary = provision(company, "nothing")
    assert dict(summary.counts.requests) == {}, summary.counts


def test_everything_is_provisioned_with_as_few_requests_as_there_are_objects(
    company: CompanyOfGroups, server: Scim2Server
) -> None:
    summary = provision(company, "everyone is new")
    company.check(server)
    counts = summary.counts
    assert counts.failed == counts.of_groups.groups_failed == 0
    assert counts.of_groups.memberships_added == company.size()
    of_members = requests_for(differences({}, company.members()))
    assert writes(summary) == len(company.entitled()) + GROUPS + of_members
    silence(company)


def test_changed_memberships_cost_requests_in_proportion(company: CompanyOfGroups, server: Scim2Server) -> None:
    before, draw = company.members(), company.random
    some = draw.sample(sorted(company.groups), max(2, GROUPS // 5))
    company.join({name: set(draw.sample(company.people, 3)) for name in some})
    company.leave({name: set(draw.sample(sorted(company.groups[name]), 2)) for name in some if company.groups[name]})
    around = next(name for name in company.nestings if company.nestings[name])
    company.unnest(around, next(iter(sorted(company.nestings[around]))))
    summary = provision(company, "members came and went, and a group left another one")
    company.check(server)
    changed = differences(before, company.members())
    assert summary.counts.of_groups.memberships_added == sum(added for added, _ in changed.values())
    assert summary.counts.of_groups.memberships_removed == sum(removed for _, removed in changed.values())
    of_users = summary.counts.created + summary.counts.updated + summary.counts.disabled
    assert writes(summary) <= requests_for(changed) + of_users
    silence(company)


def test_leavers_are_taken_out_and_come_back_with_their_memberships(
    company: CompanyOfGroups, server: Scim2Server
) -> None:
    leavers = company.random.sample(sorted(company.entitled()), 5)
    company.disable(*leavers)
    provision(company, "five people are disabled")
    company.check(server)
    silence(company)
    company.enable(*leavers)
    provision(company, "they are enabled again")
    company.check(server)
    silence(company)


def test_a_manager_and_member_who_comes_into_scope_later_is_repaired_without_a_restart(
    company: CompanyOfGroups, server: Scim2Server
) -> None:
    late = [f"late{number}" for number in range(3)]
    company.people += late
    company.disabled |= set(late)
    company.managers |= dict.fromkeys(company.random.sample(sorted(company.entitled()), 4), late[0])
    company.hire(company.people)
    company.join({name: set(late) for name in sorted(company.groups)[-2:]})
    provision(company, "a manager and members who are disabled")
    company.check(server)
    silence(company)
    company.enable(*late)
    summary = provision(company, "these come into scope")
    assert summary.counts.created == len(late)
    company.check(server)
    silence(company)


def test_groups_are_renamed_deleted_and_unassigned(company: CompanyOfGroups, server: Scim2Server) -> None:
    first, second = sorted(company.groups)[-2:]
    company.delete_group(first)
    company.admin.renames_group(second, "renamed")
    company.groups["renamed"], company.nestings["renamed"] = company.groups.pop(second), company.nestings.pop(second)
    for nested in company.nestings.values():
        if second in nested:
            nested.remove(second)
            nested.add("renamed")
    provision(company, "a group is deleted, another one renamed")
    company.check(server)
    silence(company)
    for name in sorted(company.groups):
        company.admin.unassigns_group(name)
    summary = provision(company, "all groups are unassigned")
    assert server.all("/Groups") == []
    assert not any(user["active"] for user in server.all("/Users"))
    assert summary.counts.of_groups.groups_deleted == GROUPS - 1
    silence(company)
