"""What happens in the sample organisation: it is imported, a few people change, and who is to have an account?"""

import csv
from dataclasses import dataclass
from pathlib import Path

from instep.access.links import Purpose, link_address
from instep.access.passwords import hashed
from instep.access.roles import Role
from instep.access.secret_values import draw
from instep.admin.access.administrators import add_administrator
from instep.admin.access.welcoming import issue_link
from instep.admin.applications import Principal, add_app, assign, find_role
from instep.admin.groups import add_member
from instep.admin.imports import Importing, import_users
from instep.admin.users import delete_user, find_user, set_user
from instep.connectors.sources.csv.users_file import CsvUsersFile
from instep.directory.applications import App, PrincipalType
from instep.directory.groups import Group, create_group
from instep.directory.imports import ImportMode, ImportOptions, ImportReport
from instep.directory.ports import DirectoryWriting
from instep.wiring import Instep

NAME = "Larkspur Optics"
ACTOR = "demo"
EMPLOYEES, CONTRACTORS = "Employees", "Contractors"
_HERE = Path(__file__).parent
ORGANISATION, JOINER_ROW = _HERE / "organisation.csv", _HERE / "joiner.csv"


ADMINISTRATOR = "administrator@larkspur.example"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the story is about."""

    user_principal_name: str
    name: str


JOINER = Person("daphne.perivolari@larkspur.example", "Δάφνη Περιβολάρη")
MOVER = Person("soren.kjaergaard@larkspur.example", "Søren Kjærgaard")
LEAVER = Person("thaddeus.merriwether@larkspur.example", "Thaddeus Merriwether")
MOVE = {"jobTitle": "Sales Engineer", "department": "Sales", "city": "London", "manager": "marcus.thornbury@"}


def import_file(instep: Instep, file: Path) -> ImportReport:
    """Add the people of a file to the directory."""
    importing = Importing(instep.directory, instep.clock, instep.new_id)
    return import_users(importing, CsvUsersFile(file), ImportOptions(ImportMode.MERGE), ACTOR).report


def make_groups(instep: Instep, file: Path) -> list[Group]:
    """Make a group of each kind of employment and of each department, with its members."""
    members: dict[str, list[str]] = {}
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            for group in (f"{row['employeeType']}s", row["department"]):
                members.setdefault(group, []).append(row["userPrincipalName"])
    with instep.directory.writing(ACTOR) as writing:  # one transaction, rather than one a membership
        return [_make_group(instep, writing, name, names) for name, names in members.items()]


def add_proxyclick(instep: Instep, groups: list[Group]) -> App:
    """Add Proxyclick from the gallery; employees get its role User, contractors Default Access, which gives nothing."""
    app, _ = add_app(instep.applications, "proxyclick", None, instep.clock, instep.new_id, ACTOR)
    roles = {EMPLOYEES: find_role(app, "User"), CONTRACTORS: find_role(app, "Default Access")}
    for group in groups:
        if (role := roles.get(group.display_name)) is not None:
            principal = Principal(PrincipalType.GROUP, group.id, group.display_name)
            assign(instep.applications, app, principal, role, instep.clock, instep.new_id, ACTOR)
    return app


def change_people(instep: Instep) -> None:
    """Let one person join, one move to another office and department, and one leave."""
    domain = JOINER.user_principal_name.partition("@")[2]
    import_file(instep, JOINER_ROW)
    add_member(instep.directory, EMPLOYEES, JOINER.user_principal_name, ACTOR, instep.clock())
    move = {**MOVE, "manager": MOVE["manager"] + domain}
    set_user(instep.directory, MOVER.user_principal_name, move, ACTOR, instep.clock())
    delete_user(instep.directory, LEAVER.user_principal_name, ACTOR, instep.clock())


def _make_group(instep: Instep, writing: DirectoryWriting, name: str, user_principal_names: list[str]) -> Group:
    created = create_group(instep.new_id(), name, instep.clock())
    writing.save_group(created)
    for user_principal_name in user_principal_names:
        writing.add_member(created.group.id, find_user(writing, user_principal_name).id, instep.clock())
    return created.group


@dataclass(frozen=True, slots=True)
class Entrance:
    """How one gets into the admin center: by a link once, and by a password again."""

    link: str
    password: str


def make_administrator(instep: Instep, url: str) -> Entrance:
    """Make somebody who may do everything in the admin center; the password is drawn, and asked for before dangers."""
    access, roles = instep.access, [Role.GLOBAL_ADMINISTRATOR]
    made = add_administrator(access, ADMINISTRATOR, "Demo Administrator", roles, ACTOR)
    password = draw()[:16]
    access.administrators.set_password(made, hashed(password), b"", instep.clock(), ACTOR)
    return Entrance(link_address(url, issue_link(access, made, Purpose.SIGN_IN, ACTOR)), password)
