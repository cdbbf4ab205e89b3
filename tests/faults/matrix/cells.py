"""What is left once a fault is over: is everybody there once, as the directory has them, and nobody wrongly disabled?

A cell is a kind of fault, an operation and a moment. It has an installation of its own, and people and a group
of its own in a target that all cells share. The fault comes with the first request of the operation, and is over after
two cycles.
"""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from fakes.administrator import Administrator, administrator, upn
from fakes.allowed import THIS_MACHINE
from fakes.crashes import Crash
from fakes.fault_proxy import Fault, FaultProxy, Handling, Request, Strike
from fakes.served_tenant import ServedTenant
from faults.matrix.kinds import Kind, after_its_effect
from faults.matrix.names import no_names
from faults.matrix.roads import Roads
from instep.admin import provisioning
from instep.admin.ports import Door
from instep.connectors.targets.scim.target import ScimTarget, open_scim_target
from instep.ledger.jobs import dialect_of
from instep.rules.health.outcomes import Outcome

STRUCK = 2  # requests in a row that meet the fault
FAULTY_CYCLES = 2
MOST_CYCLES = 12  # until everything must be well again


class Operation(StrEnum):
    """What the engine is about to do."""

    CREATE = "create"
    UPDATE = "update"
    DISABLE = "disable"
    DELETE = "delete"
    ADD_MEMBER = "add member"
    REMOVE_MEMBER = "remove member"


class Moment(StrEnum):
    """When the fault comes."""

    INSTEAD = "before it is sent"
    AFTER_EFFECT = "after its effect, before the answer"
    BEFORE_COMMIT = "after the answer, before the commit"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the matrix."""

    number: int
    kind: Kind
    operation: Operation
    moment: Moment

    @property
    def request(self) -> tuple[str, str]:
        """The method of the operation's request, and how its path begins after the Tenant URL's."""
        match self.operation:
            case Operation.CREATE:
                return "POST", "/Users"
            case Operation.DELETE:
                return "DELETE", "/Users/"
            case Operation.UPDATE | Operation.DISABLE:
                return "PATCH", "/Users/"
            case Operation.ADD_MEMBER | Operation.REMOVE_MEMBER:
                return "PATCH", "/Groups/"


@dataclass(slots=True)
class Tried:
    """What was seen of a cell: the cycles after the fault, what is wrong then, and whether the fault came."""

    cell: Cell
    cycles: int = 0
    problems: list[str] = field(default_factory=list)
    was_struck: bool = False


@dataclass
class World:
    """A cell while it is tried."""

    cell: Cell
    admin: Administrator
    proxy: FaultProxy
    tenant: ServedTenant
    roads: Roads
    crash_at: str = ""  # the method of the request whose answer the engine does not live to record
    crashed: bool = False

    @property
    def subject(self) -> str:
        return f"sub{self.cell.number}"

    @property
    def bystander(self) -> str:
        return f"by{self.cell.number}"

    @property
    def group(self) -> str:
        return f"Group {self.cell.number}"

    # --- the operation

    def prepare(self) -> None:
        """Everything is in step before, but for what the operation does."""
        operation, admin = self.cell.operation, self.admin
        admin.hires(self.bystander, jobTitle="Engineer")
        if operation is not Operation.CREATE:
            admin.hires(self.subject, jobTitle="Engineer")
        admin.makes_group(self.group, self.bystander)
        if operation is Operation.REMOVE_MEMBER:
            admin.adds_member(self.group, self.subject)
        admin.assigns_everyone()
        admin.assigns_group(self.group)
        admin.provisions()
        if operation is Operation.DELETE:
            admin.deletes(self.subject)
            admin.provisions()
        self.change()

    def change(self) -> None:
        match self.cell.operation:
            case Operation.CREATE:
                self.admin.hires(self.subject, jobTitle="Engineer")
            case Operation.UPDATE:
                self.admin.changes(self.subject, jobTitle="Director")
            case Operation.DISABLE:
                self.admin.disables(self.subject)
            case Operation.DELETE:
                self.admin.purges(self.subject)
            case Operation.ADD_MEMBER:
                self.admin.adds_member(self.group, self.subject)
            case Operation.REMOVE_MEMBER:
                self.admin.removes_member(self.group, self.subject)

    # --- the fault

    def is_the_request(self, request: Request) -> bool:
        method, path = self.cell.request
        return request.method == method and path in request.path

    def break_it(self) -> None:
        """Arm the fault."""
        kind, moment = self.cell.kind, self.cell.moment
        if kind.lost:
            self.lose()
        if moment is Moment.BEFORE_COMMIT:
            self.crash_at = self.cell.request[0]
            return
        if kind.outage and moment is Moment.INSTEAD:
            self.roads.block(self.proxy, kind.outage)
        elif kind.outage:
            self.strike_first(after_its_effect(self.then_blocked(kind.outage)))
        elif kind.fault is not None:
            self.strike_first(kind.fault if moment is Moment.INSTEAD else after_its_effect(kind.fault))

    def break_the_restart(self) -> None:
        """The engine is back after its end, and meets the fault at once."""
        kind = self.cell.kind
        if kind.outage:
            self.roads.block(self.proxy, kind.outage)
        elif kind.fault is not None:
            self.proxy.strikes.append(Strike(kind.fault, lambda _: True, STRUCK))

    def strike_first(self, fault: Fault) -> None:
        """The operation's request meets the fault, and so does what follows it."""
        met: list[Request] = []

        def matches(request: Request) -> bool:
            if met or self.is_the_request(request):
                met.append(request)
            return bool(met)

        self.proxy.strikes.append(Strike(fault, matches, STRUCK))

    def then_blocked(self, outage: str) -> Fault:
        async def fault(handling: Handling) -> None:
            await self.roads.block_now(self.proxy, outage)
            handling.reset()

        return fault

    def lose(self) -> None:
        """Somebody has deleted at the target what the operation is about."""
        endpoint = self.cell.request[1].strip("/")
        name = f'displayName eq "{self.group}"' if endpoint == "Groups" else f'userName eq "{upn(self.subject)}"'
        for each in self.tenant.find(name, f"/{endpoint}"):
            assert self.tenant.http.delete(f"/{endpoint}/{each['id']}").status_code == 204

    # --- cycles

    def cycle(self) -> None:
        """One cycle, an hour after the last; it may end as it likes."""
        self.admin.clock.now += timedelta(hours=1)
        service = replace(self.admin.instep.service, open_target=self._open)
        try:
            asyncio.run(provisioning.provision(service, self.admin.app))
        except (Crash, BaseExceptionGroup, asyncio.CancelledError):
            assert self.crashed

    @asynccontextmanager
    async def _open(self, door: Door) -> Any:
        settings = door.settings
        opened_as = partial(_Crashing, self) if self.crash_at and not self.crashed else ScimTarget
        async with open_scim_target(
            door.tenant_url,
            door.secret_token,
            settings.concurrency,
            settings.timeout_seconds,
            settings.requests_per_second,
            THIS_MACHINE,
            dialect_of(door.tenant_url, settings),
            opened_as=opened_as,
        ) as target:
            yield target

    # --- what is left

    def problems(self) -> Iterator[str]:
        """Say what is not as the directory wants it."""
        wanted = {self.bystander: True, self.subject: self.cell.operation is not Operation.DISABLE}
        for name, is_active in wanted.items():
            yield from self._problems_of(name, is_active)
        groups = self.tenant.find(f'displayName eq "{self.group}"', "/Groups")
        if len(groups) != 1:
            yield f"{len(groups)} groups {self.group}"
            return
        members = {member["value"] for member in groups[0].get("members", [])}
        if members != self._wanted_members():
            yield f"the members of {self.group} are {sorted(members)}, not {sorted(self._wanted_members())}"

    def wrongly_disabled(self) -> Iterator[str]:
        """Say who of those that nobody disabled is not active: at no moment may there be anyone."""
        for name in self._untouched():
            found = self.accounts(name)
            if found and not all(account["active"] for account in found):
                yield f"{name} was disabled, and nobody wanted that"

    def _untouched(self) -> Iterator[str]:
        yield self.bystander
        if self.cell.operation not in (Operation.DISABLE, Operation.DELETE):
            yield self.subject

    def _problems_of(self, name: str, is_active: bool) -> Iterator[str]:
        found = self.accounts(name)
        operation = self.cell.operation
        if len(found) > 1:
            yield f"{name} has {len(found)} accounts"
        elif name == self.subject and operation is Operation.DELETE:
            if found:
                yield f"{name} has an account still"
        elif not found:
            is_right = name == self.subject and self.cell.kind.lost and operation is Operation.DISABLE
            if not is_right:
                yield f"{name} has no account"
        elif found[0]["active"] is not is_active:
            yield f"{name} is {'' if found[0]['active'] else 'not '}active"
        elif found[0].get("title") != self._title(name):
            yield f"the title of {name} is {found[0].get('title')}"

    def _title(self, name: str) -> str:
        changed = name == self.subject and self.cell.operation is Operation.UPDATE
        return "Director" if changed else "Engineer"

    def _wanted_members(self) -> set[str]:
        names = [self.bystander, *([self.subject] if self.cell.operation is Operation.ADD_MEMBER else [])]
        return {account["id"] for name in names for account in self.accounts(name)}

    def accounts(self, name: str) -> list[dict[str, Any]]:
        return self.tenant.find(f'userName eq "{upn(name)}"')


class _Crashing(ScimTarget):
    """The door of an engine that ends, as by kill -9, once it has the answer to one request and has not recorded it."""

    def __init__(self, world: World, *parts: Any) -> None:
        super().__init__(*parts)
        self._world = world

    async def _request(self, method: str, *parts: Any) -> Outcome:
        outcome = await super()._request(method, *parts)
        if method == self._world.crash_at:
            self._world.crashed = True
            raise Crash
        return outcome


def try_out(cell: Cell, tenant: ServedTenant, roads: Roads, folder: Path) -> Tried:
    """Go through one cell."""
    seen = Tried(cell)
    with _world(cell, tenant, roads, folder) as world:
        world.prepare()
        before = len(world.proxy.seen)
        world.break_it()
        for number in range(FAULTY_CYCLES):
            world.cycle()
            seen.problems += world.wrongly_disabled()
            if number == 0 and world.crashed:
                world.break_the_restart()
        seen.was_struck = _was_struck(world, before)
        world.proxy.heal()
        world.roads.open()
        while list(world.problems()) and seen.cycles < MOST_CYCLES:
            seen.cycles += 1
            world.admin.clock.now += timedelta(days=1)
            world.cycle()
            seen.problems += world.wrongly_disabled()
        seen.problems += world.problems()
        _goes_on_quietly(world, seen)
    return seen


def _was_struck(world: World, before: int) -> bool:
    kind, moment = world.cell.kind, world.cell.moment
    if moment is Moment.BEFORE_COMMIT:
        return world.crashed
    if kind.lost or (kind.outage and moment is Moment.INSTEAD):
        return True
    return any(world.is_the_request(each.request) for each in world.proxy.seen[before:])


def _goes_on_quietly(world: World, seen: Tried) -> None:
    """Once all is well, a cycle writes nothing more."""
    world.admin.clock.now += timedelta(days=1)
    world.cycle()
    count = len(world.proxy.seen)
    world.admin.clock.now += timedelta(days=1)
    world.cycle()
    again = [each.request.method for each in world.proxy.seen[count:] if each.request.method != "GET"]
    if again:
        seen.problems.append(f"a cycle without a change sends {again}")
    if escrows := world.admin.escrows():
        seen.problems.append(f"{sorted(escrows)} are in escrow still")
    for name in (world.bystander, world.subject):
        account = world.admin.link(name)
        if {each["id"] for each in world.accounts(name)} != ({account.account_id} if account is not None else set()):
            seen.problems.append(f"the link of {name} does not lead to the account")


@contextmanager
def _world(cell: Cell, tenant: ServedTenant, roads: Roads, folder: Path) -> Iterator[World]:
    with (
        roads.proxy(tenant.tenant_url, cell.kind.speaks) as proxy,
        no_names(roads),
        administrator(folder, "custom-scim") as admin,
    ):
        admin.connects(proxy.url, tenant.secret_token)
        admin.sets(timeout="1", budget_removals="100")
        yield World(cell, admin, proxy, tenant, roads)


def all_cells(kinds: list[Kind]) -> list[Cell]:
    """Every cell, numbered from 1."""
    numbered = enumerate(
        ((kind, operation, moment) for kind in kinds for operation in Operation for moment in Moment), 1
    )
    return [Cell(number, *parts) for number, parts in numbered]
