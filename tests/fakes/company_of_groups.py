"""What does a company with nested groups want of its application, and does somebody else's SCIM service say so?

The expectation is worked out here from the directory in plain words: who is in which group, at any depth.
"""

import csv
import io
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from fakes.administrator import ACTOR, Administrator, upn
from fakes.scim2_server import Scim2Server
from instep.directory.imports import ImportMode
from instep.ledger.cycles import CycleSummary
from instep.scim.messages import ENTERPRISE_USER_URN

MEMBERS_A_REQUEST = 100
MANAGED_BY_ONE = 8


@dataclass
class CompanyOfGroups:
    """People, whom they report to, their groups, and the groups in groups; every group is assigned."""

    admin: Administrator
    random: random.Random
    people: list[str] = field(default_factory=list)
    managers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    nestings: dict[str, set[str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)

    def found(self, people: int, groups: int, memberships: int) -> None:
        """A fifth of the groups contain others; together they have about so many members, each group's counted."""
        self.people = [f"u{number:04d}" for number in range(people)]
        self.managers = {who: self.people[n // MANAGED_BY_ONE] for n, who in enumerate(self.people) if n}
        self.hire(self.people)
        names = [f"group {number:03d}" for number in range(groups)]
        around, inside = names[: groups // 5], names[groups // 5 :]
        each = memberships // (len(inside) + 3 * len(around))
        for name in names:
            self.admin.makes_group(name)
            self.groups[name], self.nestings[name] = set(), set()
            self.admin.assigns_group(name)
        self.join({name: set(self.random.sample(self.people, each)) for name in inside})
        for name in around:
            for nested in self.random.sample(inside, 3):
                self.nest(name, nested)
        self.nest(around[0], around[-1])
        self.nest(around[-1], around[0])  # round in a circle

    def hire(self, people: list[str]) -> None:
        """These people are there, with the managers that are noted, enabled unless noted otherwise."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["id", "userPrincipalName", "displayName", "givenName", "surname", "accountEnabled", "manager"])
        for who in people:
            enabled = str(who not in self.disabled)
            manager = upn(self.managers[who]) if who in self.managers else ""
            writer.writerow([who, upn(who), who.title(), who.title(), "Example", enabled, manager])
        self.admin.imports(text.getvalue().encode(), ImportMode.MERGE)

    # --- what happens

    def join(self, joining: Mapping[str, set[str]]) -> None:
        with self.admin.instep.directory.writing(ACTOR) as writing:
            for name, people in joining.items():
                [group] = writing.groups_named(name)
                for who in sorted(people - self.groups[name]):
                    writing.add_member(group.id, who, self.admin.clock())
                self.groups[name] |= people

    def leave(self, leaving: Mapping[str, set[str]]) -> None:
        with self.admin.instep.directory.writing(ACTOR) as writing:
            for name, people in leaving.items():
                [group] = writing.groups_named(name)
                for who in sorted(people & self.groups[name]):
                    writing.remove_member(group.id, who, self.admin.clock())
                self.groups[name] -= people

    def nest(self, group: str, nested: str) -> None:
        self.admin.nests(group, nested)
        self.nestings[group].add(nested)

    def unnest(self, group: str, nested: str) -> None:
        self.admin.unnests(group, nested)
        self.nestings[group].discard(nested)

    def disable(self, *people: str) -> None:
        for who in people:
            self.admin.disables(who)
        self.disabled |= set(people)

    def enable(self, *people: str) -> None:
        for who in people:
            self.admin.enables(who)
        self.disabled -= set(people)

    def delete_group(self, name: str) -> None:
        self.admin.deletes_group(name)
        del self.groups[name], self.nestings[name]
        for nested in self.nestings.values():
            nested.discard(name)

    # --- what must be

    def inside(self, name: str) -> set[str]:
        """The group, and all that are in it at any depth."""
        found, new = {name}, {name}
        while new:
            new = {nested for each in new for nested in self.nestings[each]} - found
            found |= new
        return found

    def members(self) -> dict[str, set[str]]:
        """The userNames of the members of each group, at any depth; only who is enabled is one."""
        return {
            name: {upn(who) for each in self.inside(name) for who in self.groups[each]} - set(map(upn, self.disabled))
            for name in self.groups
        }

    def entitled(self) -> set[str]:
        return {who for people in self.groups.values() for who in people}

    def size(self) -> int:
        """How many memberships there are in the application."""
        return sum(map(len, self.members().values()))

    def check(self, server: Scim2Server) -> None:
        """Everything at the service is as it must be: accounts, managers, groups, members."""
        accounts = {user["userName"]: user for user in server.all("/Users")}
        active = {name for name, user in accounts.items() if user["active"]}
        assert active == {upn(who) for who in self.entitled() - self.disabled}
        assert server.members() == self.members()
        ids = {user["id"]: name for name, user in accounts.items()}
        for who in self.entitled() - self.disabled:
            manager = accounts[upn(who)].get(ENTERPRISE_USER_URN, {}).get("manager", {}).get("value")
            above = self.managers.get(who)
            if above is not None and upn(above) in active:
                assert ids.get(manager) == upn(above), f"{who} reports to {above}"


def writes(summary: CycleSummary) -> int:
    return sum(number for method, number in summary.counts.requests.items() if method != "GET")


def requests_for(differences: Mapping[str, tuple[int, int]]) -> int:
    """How many requests (added, removed) members of groups take."""
    return sum(-(-number // MEMBERS_A_REQUEST) for pair in differences.values() for number in pair)


def differences(before: Mapping[str, set[str]], after: Mapping[str, set[str]]) -> dict[str, tuple[int, int]]:
    """How many members came to each group, and how many went."""
    return {
        name: (len(after[name] - before.get(name, set())), len(before.get(name, set()) - after[name])) for name in after
    }
