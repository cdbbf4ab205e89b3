"""How does a directory's random history go on, and what must an application's accounts say after each cycle?

The expectation is worked out here, from the rules in words and not from the engine.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fakes.installation import Installation

SOURCES = {  # what Proxyclick's accounts say: target -> attribute of the directory
    "userName": "userPrincipalName",
    "email": "userPrincipalName",
    "givenName": "givenName",
    "familyName": "surname",
    "title": "jobTitle",
    "locality": "city",
}


@dataclass
class Person:
    attributes: dict[str, str]
    is_enabled: bool = True
    place: str = "live"  # live, bin, gone


@dataclass
class Expectation:
    """What the directory says, kept here in plain words, and what the accounts must say after the next cycle."""

    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    entitling: set[str] = field(default_factory=set)  # assigned with the role User: people, groups, "*"
    default_only: set[str] = field(default_factory=set)  # assigned with Default Access
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    syncs_all: bool = False

    def is_entitled(self, who: str) -> bool:
        return (
            self.syncs_all
            or who in self.entitling
            or "*" in self.entitling
            or any(who in members and name in self.entitling for name, members in self.groups.items())
        )

    def is_in_scope(self, who: str) -> bool:
        return self.people[who].place == "live" and self.is_entitled(who)

    def says(self, who: str) -> dict[str, Any]:
        """What the account of someone in scope says."""
        person = self.people[who]
        says = {target: person.attributes.get(source) for target, source in SOURCES.items()}
        given = {target: value for target, value in says.items() if value}
        return given | {"formatted": person.attributes.get("displayName", who), "active": person.is_enabled}

    def after_a_cycle(self) -> int:
        """Brings the accounts to what they must be; returns how many of them had to change."""
        return sum(self._settle(who, person) for who, person in self.people.items())

    def _settle(self, who: str, person: Person) -> bool:
        account = self.accounts.get(who)
        wanted = self.says(who) if self.is_in_scope(who) else {"active": False}
        if account is None:
            if wanted["active"]:
                self.accounts[who] = wanted
            return bool(wanted["active"])
        if person.place == "gone":
            del self.accounts[who]
            return True
        differing = {name: value for name, value in wanted.items() if not same(name, account.get(name), value)}
        account.update(differing)
        return bool(differing)

    def problems(self, accounts: dict[str, dict[str, Any]]) -> list[str]:
        """What is wrong with the accounts, whatever way they took to be as they are."""
        found = [f"{who} has an account, and is nobody" for who in accounts if who not in self.people]
        for who, person in self.people.items():
            account = accounts.get(who)
            wanted = self.says(who) if self.is_in_scope(who) else {"active": False}
            if account is None:
                found += [f"{who} has no account"] if wanted["active"] else []
            elif person.place == "gone":
                found.append(f"{who} is gone and the account is not")
            else:
                found += [
                    f"{who}: {n} is {account.get(n)!r}, not {w!r}"
                    for n, w in wanted.items()
                    if not same(n, account.get(n), w)
                ]
        return found


def same(name: str, have: Any, want: Any) -> bool:
    """Letter case alone makes no difference where a value names an account."""
    if name in ("userName", "email") and have is not None:
        return have.casefold() == want.casefold()
    return have == want


def accounts_of(instep: Installation) -> dict[str, dict[str, Any]]:
    """What the target has, by the user to whom the ledger says that it belongs."""
    owners = dict(instep.rows("SELECT account_id, user_id FROM links"))
    return {owners.get(a["id"], f"nobody's: {a['id']}"): _flat(a) for a in instep.target.accounts.values()}


def _flat(account: dict[str, Any]) -> dict[str, Any]:
    name, addresses = account.get("name", {}), account.get("addresses", [{}])
    flat = {
        "userName": account["userName"],
        "email": account["emails"][0]["value"],
        "givenName": name.get("givenName"),
        "familyName": name.get("familyName"),
        "formatted": name.get("formatted"),
        "title": account.get("title"),
        "locality": addresses[0].get("locality"),
        "active": account["active"],
    }
    return {key: value for key, value in flat.items() if value is not None}


class History:
    """Random edits, made in the directory and noted in the expectation alike."""

    def __init__(self, instep: Installation, seed: int) -> None:
        self.instep = instep
        self.random = random.Random(seed)
        self.expected = Expectation()
        self.done: list[str] = []
        self.fresh = iter(range(10_000))
        instep.settle(removals=10_000, scope=instep.job.settings.scope)
        for _ in range(self.random.randint(2, 9)):
            self.hire()
        for _ in range(self.random.randint(0, 2)):
            self.add_group()
        for _ in range(self.random.randint(1, 4)):
            self.assign_someone()

    def edit(self) -> None:
        """One random edit; one that the directory would refuse is none."""
        self.random.choice(self._kinds())()

    def edits(self, most: int) -> None:
        for _ in range(self.random.randint(0, most)):
            self.edit()

    def _kinds(self) -> list[Callable[[], None]]:
        often = [self.assign_someone, self.unassign_someone, self.write_title, self.join, self.leave, self.switch]
        rare = [self.hire, self.delete, self.restore, self.purge, self.rename, self.assign_group, self.unassign_group]
        return [*often, *often, *rare, self.change_case, self.clear_city, self.add_group, self.delete_group, self.all]

    def _note(self, *words: object) -> None:
        self.done.append(" ".join(map(str, words)))

    def _someone(self, *places: str) -> str | None:
        fitting = [who for who, person in self.expected.people.items() if person.place in places]
        return self.random.choice(fitting) if fitting else None

    def hire(self) -> None:
        who = f"u{next(self.fresh):02d}"
        attributes = {"userPrincipalName": f"{who}@corp.example", "givenName": who, "surname": "Müller"}
        if self.random.random() < 0.5:
            attributes["city"] = "Brüssel"
        self._note("hire", who)
        self.instep.hire(who, **attributes)
        self.expected.people[who] = Person(attributes)

    def write_title(self) -> None:
        if who := self._someone("live"):
            self._set(who, "jobTitle", self.random.choice(["Engineer", "engineer", "Director", "Médecin"]))

    def rename(self) -> None:
        if who := self._someone("live"):
            self._set(who, "userPrincipalName", f"name{next(self.fresh)}@corp.example")

    def change_case(self) -> None:
        if who := self._someone("live"):
            name = self.random.choice(["surname", "userPrincipalName"])
            self._set(who, name, self.expected.people[who].attributes[name].swapcase())

    def clear_city(self) -> None:
        if who := self._someone("live"):
            self._note("clear city", who)
            self.instep.change(who, city="")
            self.expected.people[who].attributes.pop("city", None)

    def _set(self, who: str, name: str, value: str) -> None:
        self._note("set", who, name, value)
        self.instep.change(who, **{name: value})
        self.expected.people[who].attributes[name] = value

    def switch(self) -> None:
        if who := self._someone("live"):
            person = self.expected.people[who]
            self._note("disable" if person.is_enabled else "enable", who)
            (self.instep.disable if person.is_enabled else self.instep.enable)(who)
            person.is_enabled = not person.is_enabled

    def delete(self) -> None:
        self._move("live", "bin", self.instep.delete)

    def restore(self) -> None:
        self._move("bin", "live", self.instep.restore)

    def purge(self) -> None:
        if who := self._move("bin", "gone", self.instep.purge):
            for members in self.expected.groups.values():
                members.discard(who)

    def _move(self, before: str, after: str, act: Callable[[str], None]) -> str | None:
        if who := self._someone(before):
            self._note("move to", after, who)
            act(who)
            self.expected.people[who].place = after
        return who

    def add_group(self) -> None:
        name = f"g{next(self.fresh)}"
        members = {who for who, p in self.expected.people.items() if p.place == "live" and self.random.random() < 0.4}
        self._note("group", name, *sorted(members))
        self.instep.add_group(name, *sorted(members))
        self.expected.groups[name] = members
        if self.random.random() < 0.5:
            self._assign(name, "User", self.instep.assign_group)

    def delete_group(self) -> None:
        if self.expected.groups:
            name = self.random.choice(sorted(self.expected.groups))
            self._note("delete group", name)
            self.instep.delete_group(name)
            del self.expected.groups[name]

    def join(self) -> None:
        if (who := self._someone("live")) and self.expected.groups:
            name = self.random.choice(sorted(self.expected.groups))
            self._note("join", name, who)
            self.instep.join(name, who)
            self.expected.groups[name].add(who)

    def leave(self) -> None:
        memberships = sorted((n, w) for n, members in self.expected.groups.items() for w in members)
        if memberships:
            name, who = self.random.choice(memberships)
            self._note("leave", name, who)
            self.instep.leave(name, who)
            self.expected.groups[name].remove(who)

    def assign_someone(self) -> None:
        if who := self._someone("live"):
            self._assign(who, self.random.choice(["User", "User", "User", "Default Access"]), self.instep.assign)

    def assign_group(self) -> None:
        if self.expected.groups:
            self._assign(self.random.choice(sorted(self.expected.groups)), "User", self.instep.assign_group)

    def unassign_someone(self) -> None:
        held = sorted(w for w in self.expected.entitling | self.expected.default_only if w in self.expected.people)
        fitting = [who for who in held if self.expected.people[who].place == "live"]
        if fitting:
            self._unassign(self.random.choice(fitting), self.instep.unassign)

    def unassign_group(self) -> None:
        held = sorted(self.expected.groups.keys() & (self.expected.entitling | self.expected.default_only))
        if held:
            self._unassign(self.random.choice(held), self.instep.unassign_group)

    def all(self) -> None:
        if self.random.random() < 0.6:
            return
        if "*" in self.expected.entitling:
            self._unassign("*", lambda _: self.instep.unassign_all())
        else:
            self._assign("*", "User", lambda _, role: self.instep.assign_all(role))

    def _assign(self, who: str, role: str, act: Callable[[str, str], bool]) -> None:
        self._note("assign", who, role)
        act(who, role)
        (self.expected.entitling if role == "User" else self.expected.default_only).add(who)

    def _unassign(self, who: str, act: Callable[[str], None]) -> None:
        self._note("unassign", who)
        act(who)
        self.expected.entitling.discard(who)
        self.expected.default_only.discard(who)
