"""How does the random history of a directory with groups go on, and what must an application say after each cycle?

The expectation is worked out here from the rules in words: who is assigned, directly or through groups; whose account
is active; and who is a member of which group then, at any depth where the job expands nested groups.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from fakes.installation import Installation
from instep.ledger.jobs import NestedGroups
from instep.scim.messages import ENTERPRISE_USER_URN

Snapshot = dict[str, dict[str, Any]]  # by the resource's id


@dataclass
class Company:
    """What the directory says, kept here in plain words; `provisioned` are those who ever had an account."""

    people: dict[str, str] = field(default_factory=dict)  # live, disabled, bin, gone
    managers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)  # id -> displayName
    members: dict[str, set[str]] = field(default_factory=dict)  # of groups, by id
    nested: dict[str, set[str]] = field(default_factory=dict)
    assigned: set[str] = field(default_factory=set)  # people and groups, by id
    provisioned: set[str] = field(default_factory=set)
    expands: bool = False

    def below(self, group_id: str) -> set[str]:
        """The group, and all in it at any depth, as far as the job follows them."""
        found, new = {group_id}, {group_id}
        while new and self.expands:
            new = {inner for each in new for inner in self.nested.get(each, ()) if inner in self.groups} - found
            found |= new
        return found

    def people_in(self, group_id: str) -> set[str]:
        return {who for each in self.below(group_id) for who in self.members[each]}

    def is_active(self, who: str) -> bool:
        if self.people[who] != "live":
            return False
        return who in self.assigned or any(who in self.people_in(g) for g in self.assigned & self.groups.keys())

    def after_a_cycle(self) -> tuple[dict[str, bool], dict[str, set[str]]]:
        """Who has an account, and whether it is active; and the members of each group of the application."""
        self.provisioned |= {who for who in self.people if self.is_active(who)}
        self.provisioned -= {who for who, place in self.people.items() if place == "gone"}
        accounts = {who: self.is_active(who) for who in self.provisioned}
        active = {who for who, is_active in accounts.items() if is_active}
        groups = {self.groups[g]: self.people_in(g) & active for g in self.assigned & self.groups.keys()}
        return accounts, groups


class GroupHistory:
    """Random edits, made in the directory and noted in the expectation alike."""

    def __init__(self, instep: Installation, seed: int) -> None:
        self.instep, self.random, self.done = instep, random.Random(seed), list[str]()
        self.fresh = iter(range(10_000))
        self.company = Company(expands=self.random.random() < 0.5)
        nested_groups = NestedGroups.EXPAND if self.company.expands else NestedGroups.DIRECT
        instep.settle(removals=10_000, group_removals=10_000, nested_groups=nested_groups)
        for _ in range(self.random.randint(2, 8)):
            self.hire()
        for _ in range(self.random.randint(1, 4)):
            self.add_group()

    def edits(self, most: int) -> None:
        for _ in range(self.random.randint(0, most)):
            self.edit()

    def edit(self) -> None:
        """One random edit; one that the directory would refuse is none."""
        often = [self.join, self.leave, self.switch, self.assign, self.unassign, self.join, self.leave]
        groups = [self.nest, self.unnest, self.rename, self.add_group, self.delete_group]
        people = [self.hire, self.delete, self.restore, self.purge, self.report]
        self.random.choice([*often, *often, *groups, *people])()

    def _note(self, *words: str) -> None:
        self.done.append(" ".join(words))

    def _one(self, among: Iterable[str]) -> str | None:
        choice = sorted(among)
        return self.random.choice(choice) if choice else None

    def _at(self, *places: str) -> str | None:
        return self._one(who for who, place in self.company.people.items() if place in places)

    def _move(self, places: tuple[str, ...], to: str, act: Callable[[str], None]) -> str | None:
        if who := self._at(*places):
            self._note(to, who)
            act(who)
            self.company.people[who] = to
        return who

    def hire(self) -> None:
        who = f"u{next(self.fresh):02d}"
        self._note("hire", who)
        self.instep.hire(who)
        self.company.people[who] = "live"

    def switch(self) -> None:
        if self.random.random() < 0.5:
            self._move(("live",), "disabled", self.instep.disable)
        else:
            self._move(("disabled",), "live", self.instep.enable)

    def delete(self) -> None:
        self._move(("live",), "bin", self.instep.delete)

    def restore(self) -> None:
        self._move(("bin",), "live", self.instep.restore)

    def purge(self) -> None:
        if who := self._move(("bin",), "gone", self.instep.purge):
            self.company.assigned.discard(who)
            for members in self.company.members.values():
                members.discard(who)

    def report(self) -> None:
        who, manager = self._at("live"), self._at("live")
        if who and manager and who != manager:
            self._note(who, "reports to", manager)
            self.instep.change(who, manager=manager)
            self.company.managers[who] = manager

    def add_group(self) -> None:
        name = f"group {next(self.fresh):02d}"
        live = [who for who, place in self.company.people.items() if place in ("live", "disabled")]
        members = {who for who in live if self.random.random() < 0.4}
        self._note("group", name, *sorted(members))
        group_id = self.instep.add_group(name, *sorted(members))
        self.company.groups[group_id] = name
        self.company.members[group_id], self.company.nested[group_id] = members, set()
        if self.random.random() < 0.7:
            self._assign(group_id)

    def rename(self) -> None:
        if group_id := self._one(self.company.groups):
            name = f"name {next(self.fresh):02d}"
            self._note("rename", self.company.groups[group_id], name)
            self.instep.rename_group(self.company.groups[group_id], name)
            self.company.groups[group_id] = name

    def delete_group(self) -> None:
        if group_id := self._one(self.company.groups):
            self._note("delete", self.company.groups[group_id])
            self.instep.delete_group(self.company.groups.pop(group_id))

    def join(self) -> None:
        group_id, who = self._one(self.company.groups), self._at("live", "disabled")
        if group_id and who:
            self._note("join", self.company.groups[group_id], who)
            self.instep.join(self.company.groups[group_id], who)
            self.company.members[group_id].add(who)

    def leave(self) -> None:
        group_id = self._one(g for g in self.company.groups if self.company.members[g])
        if group_id and (who := self._one(self.company.members[group_id])):
            self._note("leave", self.company.groups[group_id], who)
            self.instep.leave(self.company.groups[group_id], who)
            self.company.members[group_id].discard(who)

    def nest(self) -> None:
        group_id, inner = self._one(self.company.groups), self._one(self.company.groups)
        if group_id and inner and group_id != inner:
            self._note("nest", self.company.groups[inner], "into", self.company.groups[group_id])
            self.instep.nest(group_id, inner)
            self.company.nested[group_id].add(inner)

    def unnest(self) -> None:
        pairs = [(g, i) for g in self.company.groups for i in self.company.nested[g] if i in self.company.groups]
        if pairs:
            group_id, inner = self.random.choice(sorted(pairs))
            self._note("unnest", self.company.groups[inner], "from", self.company.groups[group_id])
            self.instep.unnest(group_id, inner)
            self.company.nested[group_id].discard(inner)

    def assign(self) -> None:
        who = self._at("live", "disabled") if self.random.random() < 0.5 else self._one(self.company.groups)
        if who and who not in self.company.assigned:
            self._assign(who)

    def _assign(self, who: str) -> None:
        self._note("assign", self.company.groups.get(who, who))
        if who in self.company.groups:
            self.instep.assign_group(self.company.groups[who])
        else:
            self.instep.assign(who)
        self.company.assigned.add(who)

    def unassign(self) -> None:
        there = {who for who, place in self.company.people.items() if place in ("live", "disabled")}
        if who := self._one(self.company.assigned & (there | self.company.groups.keys())):
            self._note("unassign", self.company.groups.get(who, who))
            if who in self.company.groups:
                self.instep.unassign_group(self.company.groups[who])
            else:
                self.instep.unassign(who)
            self.company.assigned.discard(who)

    # --- what is seen

    def seen(self) -> tuple[dict[str, bool], dict[str, set[str]]]:
        """The same as `Company.after_a_cycle`, as the application says it."""
        owners = dict(self.instep.rows("SELECT account_id, user_id FROM links"))
        target = self.instep.target
        accounts = {owners.get(a["id"], a["userName"]): a["active"] for a in target.accounts.values()}
        groups = {
            g["displayName"]: {owners[member["value"]] for member in g.get("members", [])}
            for g in target.all_groups.values()
        }
        assert len(groups) == len(target.all_groups), "two groups have one name"
        return accounts, groups

    def wrong_managers(self) -> list[str]:
        """Whose active account does not refer to the account of a manager who has one."""
        accounts = dict(self.instep.rows("SELECT user_id, account_id FROM links"))
        found = []
        for who, manager in self.company.managers.items():
            if who in accounts and manager in accounts and self.company.is_active(who):
                account = self.instep.target.accounts[accounts[who]]
                written = account.get(ENTERPRISE_USER_URN, {}).get("manager", {}).get("value")
                if written != accounts[manager]:
                    found.append(f"{who} reports to {manager}, and the account says {written}")
        return found


def snapshot(instep: Installation) -> tuple[Snapshot, Snapshot]:
    """The accounts and the groups of the application, as they are now."""
    target = instep.target
    return {i: dict(a) for i, a in target.accounts.items()}, {i: dict(g) for i, g in target.all_groups.items()}


def writes_between(before: tuple[Snapshot, Snapshot], after: tuple[Snapshot, Snapshot]) -> int:
    """How many requests the difference takes at least; who is deleted leaves all groups by that."""
    accounts, groups = before[0], before[1]
    number = sum(accounts.get(i) != a for i, a in after[0].items()) + len(accounts.keys() - after[0].keys())
    number += len(groups.keys() - after[1].keys())
    for i, group in after[1].items():
        was = groups.get(i, {})
        number += _without_members(was) != _without_members(group)
        had = {m["value"] for m in was.get("members", [])} & after[0].keys()
        has = {m["value"] for m in group.get("members", [])}
        number += bool(has - had) + bool(had - has)
    return number


def _without_members(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "members"}
