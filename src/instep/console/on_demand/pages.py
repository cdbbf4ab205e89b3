"""What does the page *Provision on demand* show: whom to choose, and the five steps with their values (engine.md 8)?"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from starlette.responses import Response

from instep.admin.groups import find_group
from instep.admin.on_demand import OnDemandReport, provision_on_demand
from instep.admin.on_demand_group import MOST_MEMBERS, provision_group_on_demand
from instep.admin.people import Person, find_person
from instep.admin.provisioning import connected_job
from instep.console.apps.desk import Desk
from instep.console.asked import Asked
from instep.console.forms import Form
from instep.directory.applications import App
from instep.directory.errors import DirectoryError, NotFound
from instep.directory.groups import Group
from instep.directory.ports import DirectoryReading
from instep.directory.users import User
from instep.wiring import REFUSALS

MEMBERS_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a report for each user and group, or why there is none; `again` are the fields to repeat it."""

    reports: Sequence[tuple[str, OnDemandReport]] = ()
    problem: str = ""
    again: Sequence[tuple[str, str]] = ()


def show(desk: Desk, asked: Asked, app: App) -> Response:
    """The page, with the user or group that its address names."""
    return _page(desk, asked, app, Form({"who": _name_of(desk, asked.query("user"))}), None)


def provision_user(desk: Desk, asked: Asked, app: App) -> Response:
    """Take one user through all steps, and show them."""
    who = asked.field("who").strip()
    form = Form({"who": who})
    if not who:
        return _page(desk, asked, app, form.with_problem("who", "Choose a user."), None)
    try:
        person = find_person(desk.instep.directory, desk.instep.jobs, who)
    except NotFound as unknown:
        return _page(desk, asked, app, form.with_problem("who", str(unknown)), None)
    again = (("who", who),)

    def work() -> Sequence[tuple[str, OnDemandReport]]:
        report = asyncio.run(provision_on_demand(desk.instep.service, app, person, asked.actor))
        return [(person.name, report)]

    return _page(desk, asked, app, form, _tried(work, again))


def provision_group(desk: Desk, asked: Asked, app: App) -> Response:
    """Take some members of a group through all steps, then the group."""
    instep, chosen = desk.instep, asked.fields("member")
    try:
        with instep.directory.reading() as reading:
            group = find_group(reading, asked.field("group"))
            members = [_person(reading, each) for each in chosen]
    except DirectoryError as unknown:
        return _page(desk, asked, app, Form(), Outcome(problem=str(unknown)))
    again = (("group", group.id), *(("member", each) for each in chosen))

    def work() -> Sequence[tuple[str, OnDemandReport]]:
        run = provision_group_on_demand(instep.service, instep.directory, app, group, members, asked.actor)
        report = asyncio.run(run)
        names = [*(person.name for person in members), group.display_name]
        return list(zip(names, report.all, strict=False))

    return _page(desk, asked, app, Form(), _tried(work, again))


def _tried(work: Callable[[], Sequence[tuple[str, OnDemandReport]]], again: Sequence[tuple[str, str]]) -> Outcome:
    try:
        return Outcome(work(), again=again)
    except REFUSALS as refusal:
        return Outcome(problem=str(refusal), again=again)


def _page(desk: Desk, asked: Asked, app: App, form: Form, outcome: Outcome | None) -> Response:
    if asked.is_partial:
        return desk.frame.fragment(
            asked, "provisioning/on_demand/outcome.html", app=app, outcome=outcome, form=form, address=_address(app)
        )
    schema = desk.instep.applications.schema(app.id)
    return desk.page(
        asked,
        app,
        "provisioning/on_demand/page.html",
        title="Provision on demand",
        http_status=422 if form.is_refused else 200,
        form=form,
        outcome=outcome,
        address=_address(app),
        is_connected=connected_job(desk.instep.jobs, app) is not None,
        has_groups=schema.groups is not None and schema.groups.is_enabled,
        most=MOST_MEMBERS,
        members_shown=MEMBERS_SHOWN,
        **_chosen_group(desk, asked),
    )


def _address(app: App) -> str:
    return f"/apps/{app.id}/provisioning/on-demand"


def _chosen_group(desk: Desk, asked: Asked) -> dict[str, Any]:
    """The group that the address names, with its first members."""
    named = asked.query("group")
    none: dict[str, Any] = {"group": None, "members": (), "group_form": Form({"group": named})}
    if not named:
        return none
    with desk.instep.directory.reading() as reading:
        try:
            group: Group = find_group(reading, named)
        except DirectoryError as unknown:
            return none | {"group_form": Form({"group": named}, {"group": str(unknown)})}
        members: list[User] = list(islice(reading.members_of(group.id), MEMBERS_SHOWN))
    return none | {"group": group, "members": members}


def _name_of(desk: Desk, user_id: str) -> str:
    if not user_id:
        return ""
    with desk.instep.directory.reading() as reading:
        user = reading.user(user_id)
    return user_id if user is None else user.user_principal_name


def _person(reading: DirectoryReading, user_id: str) -> Person:
    user = reading.user(user_id)
    if user is None:
        raise NotFound("Somebody who was chosen is not in the directory any more; nothing was done.")
    return Person(user.id, user.user_principal_name, user)
