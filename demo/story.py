"""What does the demo show, in which order: a directory, a tenant, accounts, and accounts that follow?"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from demo.display import Advance, Display
from demo.organisation import (
    ACTOR,
    ADMINISTRATOR,
    EMPLOYEES,
    JOINER,
    LEAVER,
    MOVER,
    NAME,
    ORGANISATION,
    add_proxyclick,
    change_people,
    import_file,
    make_administrator,
    make_groups,
)
from demo.programs import Program, ProgramFailed
from demo.tenant import Tenant
from instep.admin.groups import find_group
from instep.admin.ports import LogQuery
from instep.admin.provisioning import connect, provision, require_job
from instep.directory.applications import App
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import JobState
from instep.ledger.records import RecordedLogEntry, Status
from instep.ledger.wording import reason
from instep.wiring import Instep

WATCHED_REQUESTS_PER_SECOND = 60.0
SECONDS_TO_FOLLOW = 60.0
LOOK_EVERY_SECONDS = 0.1
INSTEP_COMMAND = Path(sys.executable).parent / "instep"
ROLES = {JOINER: "The joiner", MOVER: "The mover", LEAVER: "The leaver"}


@dataclass(frozen=True, slots=True)
class Stage:
    """What the story needs: the screen, and one open installation with one application."""

    display: Display
    instep: Instep
    app: App


def prepare_directory(display: Display, instep: Instep) -> Stage:
    """Import the organisation, add Proxyclick and assign people; this needs neither of the two programs."""
    display.heading(f"{NAME} and its directory")
    report = import_file(instep, ORGANISATION)
    display.step(f"{report.added} people imported from demo/{ORGANISATION.name}")
    groups = make_groups(instep, ORGANISATION)
    display.step(f"{len(groups)} groups made: {', '.join(group.display_name for group in groups)}")
    app = add_proxyclick(instep, groups)
    display.step("Proxyclick added from the gallery; Employees have its role User, Contractors only Default Access")
    return Stage(display, instep, app)


def provision_everyone(stage: Stage, tenant: Tenant) -> None:
    """Connect the tenant and run the initial cycle, watched from the tenant's side. Raises ProgramFailed."""
    display, service, app = stage.display, stage.instep.service, stage.app
    display.heading("The first provisioning cycle")
    asyncio.run(connect(service, app, tenant.tenant_url, tenant.secret_token, ACTOR))
    display.step(f"{tenant.tenant_url} connected; the connection was tested before it was saved")
    if display.is_live:
        _pace(stage, WATCHED_REQUESTS_PER_SECOND)
        display.step(f"Paced at {WATCHED_REQUESTS_PER_SECOND:.0f} requests a second, so that you can watch")
    with display.progress("accounts in Proxyclick", _count_entitled(stage)) as advance:
        summary = asyncio.run(_watched_cycle(stage, tenant, advance))
    if display.is_live:
        _pace(stage, None)
    counts = summary.counts
    if summary.state is not CycleState.SUCCEEDED or counts.failed:
        raise ProgramFailed(f"The first cycle did not do its work: {summary.as_document()}")
    requests = ", ".join(f"{number} {method}" for method, number in sorted(counts.requests.items()))
    display.step(f"{counts.created} accounts created, {counts.skipped} people skipped; requests sent: {requests}")
    skipped = [recorded.entry for recorded in _log(stage) if recorded.entry.status is Status.SKIPPED]
    for entry in sorted(skipped, key=lambda entry: (entry.code, entry.user_name)):
        display.detail(reason(entry))


def let_accounts_follow(stage: Stage, programs: Sequence[Program]) -> Sequence[tuple[str, RecordedLogEntry]]:
    """Start the job, change three people, and wait until `instep serve` has provisioned them. Raises ProgramFailed."""
    display, instep = stage.display, stage.instep
    display.heading("The accounts follow the directory")
    instep.jobs.set_state(require_job(instep.service, stage.app), JobState.ACTIVE, instep.clock(), ACTOR)
    display.step("The job is started; from now on instep serve runs it")
    seen = {recorded.id for recorded in _log(stage)}
    change_people(instep)
    changed_at = time.monotonic()
    display.step(f"In the directory, {JOINER.name} joins, {MOVER.name} moves and {LEAVER.name} leaves")
    entries = _await_entries(stage, seen, programs)
    display.step(f"All three provisioned {time.monotonic() - changed_at:.1f} seconds later")
    return entries


def tell(stage: Stage, entries: Sequence[tuple[str, RecordedLogEntry]]) -> None:
    """Print who was changed, how and why, as the provisioning log has it."""
    stage.display.heading("What happened, and why")
    for role, recorded in entries:
        stage.display.line(f"  {role}: {reason(recorded.entry)}")
        for name in {**recorded.before, **recorded.after} if recorded.before else ():
            before = recorded.before.get(name, "(nothing)")
            stage.display.line(f"      {name}: {before} -> {recorded.after.get(name, '(nothing)')}")


def show_addresses(stage: Stage, tenant: Tenant, instep: Program, sign_in_link: str, data: Path) -> None:
    """Print what to open and what to try."""
    display, entrance = stage.display, make_administrator(stage.instep, instep.url)
    everyone, active = tenant.count(), tenant.count("active eq true")
    display.heading("What to look at")
    display.facts(
        (
            ("Instep", f"{entrance.link} signs you in, once"),
            ("", f"as {ADMINISTRATOR}, whose password is {entrance.password}"),
            ("Proxyclick", f"{sign_in_link} signs you in, once ({everyone} accounts, {active} of them active)"),
            ("The log", f"{_shown(INSTEP_COMMAND)} logs --data {_shown(data)}"),
        )
    )


def _shown(path: Path) -> str:
    """Return a path as short as it can be typed here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


async def _watched_cycle(stage: Stage, tenant: Tenant, advance: Advance) -> CycleSummary:
    cycle = asyncio.create_task(provision(stage.instep.service, stage.app))
    while not cycle.done():
        advance(await asyncio.to_thread(tenant.count))
        await asyncio.wait([cycle], timeout=LOOK_EVERY_SECONDS)
    advance(await asyncio.to_thread(tenant.count))
    return cycle.result()


def _await_entries(stage: Stage, seen: set[int], programs: Sequence[Program]) -> Sequence[tuple[str, RecordedLogEntry]]:
    """Wait for the log entries that say what became of the three."""
    until = time.monotonic() + SECONDS_TO_FOLLOW
    while time.monotonic() < until:
        new = [recorded for recorded in _log(stage) if recorded.id not in seen]
        done = {r.entry.user_name: r for r in new if r.entry.status is Status.SUCCESS}
        if failed := [reason(r.entry) for r in new if r.entry.status is Status.FAILURE]:
            raise ProgramFailed("\n".join(failed))
        if all(person.user_principal_name in done for person in ROLES):
            return [(f"{role}, {who.name}", done[who.user_principal_name]) for who, role in ROLES.items()]
        for program in programs:
            program.require_running()
        time.sleep(LOOK_EVERY_SECONDS)
    said = "\n".join(f"{program.name}: {program.said()}" for program in programs)
    raise ProgramFailed(f"The changes were not provisioned within {SECONDS_TO_FOLLOW:.0f} seconds.\n{said}")


def _log(stage: Stage) -> Sequence[RecordedLogEntry]:
    return stage.instep.jobs.log(LogQuery(app_id=stage.app.id))


def _count_entitled(stage: Stage) -> int:
    """How many accounts the first cycle will make: one for each enabled employee."""
    with stage.instep.directory.reading() as reading:
        members = reading.members_of(find_group(reading, EMPLOYEES).id)
        return sum(1 for user in members if user.is_enabled)


def _pace(stage: Stage, requests_per_second: float | None) -> None:
    instep = stage.instep
    job = require_job(instep.service, stage.app)
    settings = replace(job.settings, requests_per_second=requests_per_second)
    instep.jobs.save_settings(job, settings, instep.clock(), ACTOR)
