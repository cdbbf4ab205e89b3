"""A large installation to look at: 300,000 users, 100,000 of them provisioned, two million rows of log.

Made once in a folder and then kept there. What a page costs does not depend on how rows came to be, so what would take
hours by cycles is written in bulk: the log of the one real cycle stands there twenty times, a day apart.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, insert, text

from bench.company import FIRST, LAST
from instep.admin.applications import Principal, add_app, assign, find_role
from instep.admin.provisioning import connect, provision
from instep.clock import system_clock
from instep.directory.applications import PrincipalType
from instep.directory.attributes import AttributeValue
from instep.directory.changes import Change, ChangeKind
from instep.directory.groups import create_group
from instep.directory.users import EditedUser, create_user
from instep.store.database import Database, open_sqlite
from instep.store.directory.change_log import record_changes
from instep.store.directory.writing import save_users
from instep.store.migrations import bring_up_to_date
from instep.store.tables.directory import memberships
from instep.wiring import Instep, new_id, open_instep

USERS, ASSIGNED, LOG_ROWS = 300_000, 100_000, 2_000_000
FIRST_APP, SECOND_APP = "Proxyclick", "Proxyclick 2"
_A_BATCH = 5_000
_COLUMNS = """job_id, cycle_id, operation_id, user_id, user_name, account_id, action, status, code, facts, duration_ms,
    source_type"""


def user_id(number: int) -> str:
    """Return the id of a user of the company."""
    return f"00000000-0000-4000-8000-{number:012d}"


def make(data: Path, tenant_url: str, token: str) -> None:
    """Make the installation, unless it is there; the applications are connected to a target that takes everything."""
    done = data / "made"
    if done.exists():
        with open_instep(data) as instep:
            asyncio.run(_connect(instep, tenant_url, token))
        return
    database = open_sqlite(data / "instep.db")
    bring_up_to_date(database)
    _hire(database)
    database.close()
    with open_instep(data) as instep:
        _group(instep, "Assigned", range(ASSIGNED))
        _group(instep, "Assigned later", range(ASSIGNED, 2 * ASSIGNED))
        for name, group in ((FIRST_APP, "Assigned"), (SECOND_APP, "Assigned later")):
            _add(instep, name, group)
        asyncio.run(_connect(instep, tenant_url, token))
        app = next(each for each in instep.applications.all() if each.name == FIRST_APP)
        asyncio.run(provision(instep.service, app))
    database = open_sqlite(data / "instep.db")
    with database.write() as connection:
        _repeat_log(connection)
    database.close()
    done.touch()


def _hire(database: Database) -> None:
    for start in range(0, USERS, _A_BATCH):
        with database.write() as connection:
            save_users(connection, (_person(number) for number in range(start, start + _A_BATCH)), "bench")


def _person(number: int) -> EditedUser:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    attributes: dict[str, AttributeValue | None] = {
        "userPrincipalName": f"user.{number}@company.example",
        "mail": f"user.{number}@company.example",
        "displayName": f"{first} {last} {number % 997}",
        "givenName": first,
        "surname": last,
        "jobTitle": "Engineer",
        "department": f"Department {number % 200}",
        "country": "GB",
        "telephoneNumber": f"+4420{number:08d}",
        "accountEnabled": number % 50 > 0,
        "manager": user_id(number // 10) if number else None,
    }
    return create_user(user_id(number), attributes, system_clock())


def _group(instep: Instep, name: str, numbers: range) -> None:
    now, group_id = system_clock(), name.lower().replace(" ", "-")
    with instep.directory.writing("bench") as writing:
        writing.save_group(create_group(group_id, name, now))
    database = open_sqlite(instep.settings.database_path)
    with database.write() as connection:
        connection.execute(insert(memberships), [{"group_id": group_id, "user_id": user_id(each)} for each in numbers])
        joined = (Change(ChangeKind.MEMBER_ADDED, now, user_id=user_id(each), group_id=group_id) for each in numbers)
        record_changes(connection, joined, "bench")
    database.close()


def _add(instep: Instep, name: str, group: str) -> None:
    app, _ = add_app(instep.applications, "proxyclick", name, system_clock, new_id, "bench")
    principal = Principal(PrincipalType.GROUP, group.lower().replace(" ", "-"), group)
    assign(instep.applications, app, principal, find_role(app, "User"), system_clock, new_id, "bench")


async def _connect(instep: Instep, tenant_url: str, token: str) -> None:
    for app in instep.applications.all():
        await connect(instep.service, app, tenant_url, token, "bench")


def _repeat_log(connection: Connection) -> None:
    for days in _days(connection):
        earlier = f"strftime('%Y-%m-%dT%H:%M:%fZ', at, '-{days} days')"
        rows = f"""INSERT INTO provisioning_log (at, {_COLUMNS})
                   SELECT {earlier}, {_COLUMNS} FROM provisioning_log WHERE id <= :newest"""
        connection.execute(text(rows), {"newest": ASSIGNED})
        hour = f"substr(strftime('%Y-%m-%dT%H', hour || '\\:00', '-{days} days'), 1, 13)"
        connection.execute(
            text(f"""INSERT INTO hourly_entries SELECT job_id, {hour}, action, status, code, entries, drifted
                     FROM hourly_entries WHERE hour >= :newest ON CONFLICT DO NOTHING"""),
            {"newest": connection.execute(text("SELECT max(hour) FROM hourly_entries")).scalar_one()},
        )


def _days(connection: Connection) -> Iterator[int]:
    rows = connection.execute(text("SELECT count(*) FROM provisioning_log")).scalar_one()
    yield from range(1, LOG_ROWS // max(1, rows))
