"""What does an administrator do all day? An installation on disk and its use cases, in the administrator's words.

The clock stands still until the test moves it: each cycle comes an hour after the last.
"""

import asyncio
import csv
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from instep.admin import applications, groups, provisioning, users
from instep.admin.applications import Principal
from instep.admin.imports import Importing, import_users
from instep.admin.ports import LogQuery
from instep.admin.settings import change_settings
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.cycle.conductor import Retries
from instep.directory.applications import App, PrincipalType
from instep.directory.groups import ALL_USERS_GROUP_ID, ALL_USERS_NAME
from instep.directory.imports import ImportMode, ImportOptions, ImportReport
from instep.ledger.cycles import CycleState, CycleSummary
from instep.ledger.jobs import Job
from instep.ledger.records import Escrow, Link, RecordedLogEntry
from instep.ledger.wording import reason
from instep.wiring import Instep, open_instep

ACTOR = "the administrator"
HOUR = timedelta(hours=1)


class Tenant(Protocol):
    """What Instep is connected to."""

    @property
    def tenant_url(self) -> str: ...


@dataclass
class Clock:
    now: datetime = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Administrator:
    instep: Instep
    clock: Clock
    folder: Path
    app: App

    # The directory

    def hires(self, *names: str, **attributes: str) -> None:
        """People whose userPrincipalName is `name@corp.example`, and whose id is their name."""
        rows = [
            {
                "id": name,
                "userPrincipalName": upn(name),
                "displayName": f"{name.title()} Example",
                "givenName": name.title(),
                "surname": "Example",
                "accountEnabled": "True",
                **attributes,
            }
            for name in names
        ]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        report = self.imports(text.getvalue().encode(), ImportMode.MERGE)
        assert report.added + report.updated == len(names)

    def imports(self, content: bytes, mode: ImportMode) -> ImportReport:
        file = self.folder / "users.csv"
        file.write_bytes(content)
        importing = Importing(self.instep.directory, self.clock, self.instep.new_id)
        report = import_users(importing, CsvUsersFile(file), ImportOptions(mode), ACTOR).report
        assert report.is_applied
        assert not report.bad_rows, report.faults
        return report

    def changes(self, name: str, **attributes: str) -> None:
        users.set_user(self.instep.directory, name, attributes, ACTOR, self.clock())

    def disables(self, name: str) -> None:
        users.disable_user(self.instep.directory, name, ACTOR, self.clock())

    def enables(self, name: str) -> None:
        users.enable_user(self.instep.directory, name, ACTOR, self.clock())

    def deletes(self, name: str) -> None:
        users.delete_user(self.instep.directory, name, ACTOR, self.clock())

    def restores(self, name: str) -> None:
        users.restore_deleted_user(self.instep.directory, name, ACTOR, self.clock())

    def purges(self, name: str) -> None:
        users.purge_user(self.instep.directory, name, ACTOR, self.clock())

    def makes_group(self, name: str, *members: str) -> None:
        groups.add_group(self.instep.directory, name, self.instep.new_id, ACTOR, self.clock())
        for member in members:
            self.adds_member(name, member)

    def adds_member(self, group: str, name: str) -> None:
        groups.add_member(self.instep.directory, group, name, ACTOR, self.clock())

    def removes_member(self, group: str, name: str) -> None:
        groups.remove_member(self.instep.directory, group, name, ACTOR, self.clock())

    def nests(self, group: str, nested: str) -> None:
        groups.nest_group(self.instep.directory, group, nested, ACTOR, self.clock())

    def unnests(self, group: str, nested: str) -> None:
        groups.unnest_group(self.instep.directory, group, nested, ACTOR, self.clock())

    def renames_group(self, group: str, name: str) -> None:
        groups.set_group(self.instep.directory, group, {"displayName": name}, ACTOR, self.clock())

    def deletes_group(self, group: str) -> None:
        groups.delete_group(self.instep.directory, group, ACTOR, self.clock())

    # The application

    def assigns(self, name: str, role: str = "User") -> None:
        self._assign(Principal(PrincipalType.USER, name, upn(name)), role)

    def assigns_group(self, name: str, role: str = "User") -> None:
        self._assign(self._group(name), role)

    def assigns_everyone(self, role: str = "User") -> None:
        self._assign(Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME), role)

    def unassigns(self, name: str) -> None:
        self._unassign(Principal(PrincipalType.USER, name, upn(name)))

    def unassigns_group(self, name: str) -> None:
        self._unassign(self._group(name))

    def unassigns_everyone(self) -> None:
        self._unassign(Principal(PrincipalType.GROUP, ALL_USERS_GROUP_ID, ALL_USERS_NAME))

    def connects(self, tenant_url: str, secret_token: str) -> None:
        asyncio.run(provisioning.connect(self.instep.service, self.app, tenant_url, secret_token, ACTOR))

    def sets(self, **words: str) -> None:
        """Settings by their name; `budget_removals` stands for budget.removals."""
        named = {name.replace("budget_", "budget."): word for name, word in words.items()}
        settings = change_settings(self.job.settings, named)
        self.instep.jobs.save_settings(self.job, settings, self.clock(), ACTOR)

    def speaks(self, **switches: str) -> None:
        """The switches of the dialect that the target is spoken to in, in place of those there were."""
        changed = replace(self.job.settings, switches=switches)
        self.instep.jobs.save_settings(self.job, changed, self.clock(), ACTOR)

    def restarts(self) -> None:
        self.instep.jobs.restart(self.job, self.clock(), ACTOR)

    def provisions(self, state: CycleState = CycleState.SUCCEEDED, retries: Retries = Retries.ALL) -> CycleSummary:
        """One cycle, an hour after the last; it must end in this state."""
        self.clock.now += HOUR
        coroutine = provisioning.provision(self.instep.service, self.app, retries=retries)
        summary = asyncio.run(coroutine)
        assert summary.state is state, summary.reason
        return summary

    # What is seen

    @property
    def job(self) -> Job:
        return provisioning.require_job(self.instep.service, self.app)

    def log(self, summary: CycleSummary | None = None, name: str | None = None) -> list[RecordedLogEntry]:
        """The entries of a cycle, or about a user, the oldest first."""
        cycle_id = None if summary is None else summary.cycle_id
        query = LogQuery(user_id=name, cycle_id=cycle_id, limit=100_000)
        return list(reversed(self.instep.jobs.log(query)))

    def codes(self, summary: CycleSummary) -> dict[str, str]:
        """What the log calls what became of each user of a cycle; each has one entry, with a reason to read."""
        entries = self.log(summary)
        assert len({recorded.entry.user_id for recorded in entries}) == len(entries)
        assert all(is_readable(reason(recorded.entry)) for recorded in entries)
        return {recorded.entry.user_id: recorded.entry.code for recorded in entries}

    def reason(self, summary: CycleSummary, name: str) -> str:
        (text,) = [reason(recorded.entry) for recorded in self.log(summary) if recorded.entry.user_id == name]
        return text

    def link(self, name: str) -> Link | None:
        return self.instep.jobs.link(self.job, name)

    def escrows(self) -> dict[str, Escrow]:
        return {escrow.user_id: escrow for escrow in self.instep.jobs.escrows(self.job)}

    def _assign(self, principal: Principal, role: str) -> None:
        held = applications.find_role(self.app, role)
        stores = self.instep.applications
        assert applications.assign(stores, self.app, principal, held, self.clock, self.instep.new_id, ACTOR)

    def _unassign(self, principal: Principal) -> None:
        applications.unassign(self.instep.applications, self.app, principal, self.clock, ACTOR)

    def _group(self, name: str) -> Principal:
        with self.instep.directory.reading() as reading:
            found = groups.find_group(reading, name)
        return Principal(PrincipalType.GROUP, found.id, found.display_name)


def upn(name: str) -> str:
    return f"{name}@corp.example"


def is_readable(text: str) -> bool:
    """Whether it is a sentence for people: none of Python's own forms, and not empty."""
    marks = ("{", "}", "<class", "<instep", "None", "True", "False", " at 0x", "Error(", "Cause.", "Reason.", "_")
    return len(text) > 20 and text.endswith(".") and not any(mark in text for mark in marks)


def requests(summary: CycleSummary) -> dict[str, int]:
    return dict(summary.counts.requests)


@contextmanager
def administrator(folder: Path, template: str = "proxyclick") -> Iterator[Administrator]:
    """An installation with an application added from the gallery, not connected yet."""
    clock = Clock()
    with open_instep(folder / "instep", clock) as instep:
        app, _ = applications.add_app(instep.applications, template, None, clock, instep.new_id, ACTOR)
        yield Administrator(instep, clock, folder, app)


@contextmanager
def administrator_of(data: Path, folder: Path, clock: Clock) -> Iterator[Administrator]:
    """An installation that is there already, with its only application."""
    with open_instep(data, clock) as instep:
        (app,) = instep.applications.all()
        yield Administrator(instep, clock, folder, app)


def types(*arguments: str, data: Path, standard_input: str = "") -> subprocess.CompletedProcess[str]:
    """The outcome of an `instep` command."""
    command = [sys.executable, "-m", "instep.cli.main", *arguments, "--data", str(data)]
    return subprocess.run(
        command, input=standard_input, capture_output=True, text=True, timeout=120, env=environment(), check=False
    )


def environment() -> dict[str, str]:
    src = Path(__file__).parents[2] / "src"
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("INSTEP_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return kept | {"PYTHONPATH": str(src)}
