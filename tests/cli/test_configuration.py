"""Does a configuration go from one installation to another, and back, without a secret, and without a change?"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.command_line import CommandLine
from instep.admin.job_creation import create_job
from instep.wiring import Instep, open_instep

TENANT_URL = "https://scim.example/v2"
ROLE = {"display_name": "Guard", "value": "guard", "description": "at the door", "is_enabled": True}


def _installation(folder: Path) -> CommandLine:
    folder.mkdir(exist_ok=True)
    commands = CommandLine(folder)
    commands.hires("ada", "bob")
    commands.done("groups", "add", "Staff")
    return commands


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Two applications, one of them with a job and people; no test changes it."""
    commands = _installation(tmp_path_factory.mktemp("unchanged"))
    commands.done("apps", "add", "proxyclick")
    commands.done("apps", "add", "custom-scim", "--name", "Wiki")
    with _opened(commands) as instep:
        job = create_job(instep.service, _app(instep, "Proxyclick"), "tester")
        instep.jobs.connect(replace(job, tenant_url=TENANT_URL), "a-secret-that-nobody-sees", instep.clock(), "tester")
    commands.done("apps", "set", "proxyclick", "budget.removals=7", "interval=90s", "notify=amy@corp.example")
    commands.done("apps", "assign", "proxyclick", "--group", "Staff", "--role", "User")
    commands.done("apps", "assign", "proxyclick", "--user", "ada@x.example", "--role", "User")
    commands.done("apps", "assign", "Wiki", "--all", "--role", "User")
    commands.done("apps", "protect", "proxyclick", "--user", "bob@x.example")
    commands.done("users", "protect", "ada@x.example")
    return commands


@pytest.fixture
def configured(unchanged: CommandLine, tmp_path: Path) -> CommandLine:
    """The same, to be changed."""
    return CommandLine(Path(shutil.copytree(unchanged.folder, tmp_path / "first")))


def _opened(commands: CommandLine) -> Any:
    return open_instep(commands.folder / "data")


def _app(instep: Instep, name: str) -> Any:
    return next(app for app in instep.applications.all() if app.name == name)


def _export(commands: CommandLine) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(commands.done("export"))
    return document


def _file(commands: CommandLine, document: object) -> str:
    file = commands.folder / "configuration.json"
    file.write_text(json.dumps(document))
    return str(file)


def test_what_was_exported_makes_the_same_installation_elsewhere(configured: CommandLine, tmp_path: Path) -> None:
    exported = configured.done("export")
    other = _installation(tmp_path / "second")
    file = _file(other, json.loads(exported))
    shown = other.done("import", file, "--dry-run")
    assert "Add Proxyclick (proxyclick)" in shown
    assert "Proxyclick: add its job, stopped and not connected" in shown
    assert _export(other)["applications"] == []
    told = other.done("import", file, "--yes")
    assert "Done: " in told
    document = _export(other)
    document["applications"][0]["job"]["tenant_url"] = json.loads(exported)["applications"][0]["job"]["tenant_url"]
    assert json.dumps(document) == json.dumps(json.loads(exported))
    with _opened(other) as instep:
        assert [job.state.value for job in instep.jobs.all()] == ["Paused"]


def test_importing_what_was_exported_changes_nothing(configured: CommandLine) -> None:
    exported = configured.done("export")
    assert "a-secret-that-nobody-sees" not in exported
    assert configured.objects("import", _file(configured, json.loads(exported)), "--yes") == []
    assert configured.done("export") == exported


def test_an_import_changes_what_differs_and_removes_nothing(configured: CommandLine) -> None:
    document = _export(configured)
    app = document["applications"][0]
    app["notes"] = "of the front desk"
    app["app_roles"] = [ROLE]
    app["job"]["settings"]["budget.removals"] = "9"
    app["assignments"], app["owners"], app["protected"] = [], ["ada@x.example"], []
    document["applications"].pop(1)
    changes = [row["change"] for row in configured.objects("import", _file(configured, document), "--yes")[:-1]]
    assert changes == [
        "Proxyclick: change its properties",
        "Proxyclick: add the app role Guard",
        "Proxyclick: set budget.removals=9",
        "Proxyclick: add the owner ada@x.example",
    ]
    after = _export(configured)
    assert [each["name"] for each in after["applications"]] == ["Proxyclick", "Wiki"]
    assert len(after["applications"][0]["assignments"]) == 2
    assert ROLE in after["applications"][0]["app_roles"]
    assert configured.objects("import", _file(configured, document), "--yes") == []


def _of_app(edit: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], Any]:
    return lambda document: edit(document["applications"][0])


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        (lambda document: document.update(version=2), "version: The version is 2"),
        (lambda document: document.update(instep="backup"), "instep: "),
        (lambda document: document.update(aplications=[]), "aplications: "),
        (lambda document: document.update(applications={}), "applications: A list"),
        (lambda document: document["applications"].append(5), "applications[2]: "),
        (lambda document: document["applications"].append(document["applications"][0]), "applications[2].name: "),
        (lambda document: document["protected"].append({"user": "eve@x.example"}), "protected[1]: "),
        (_of_app(lambda app: app.update(template="none-such")), "applications[0].template: "),
        (_of_app(lambda app: app.update(name="")), "applications[0].name: "),
        (_of_app(lambda app: app.update(secret="x")), "applications[0].secret: "),
        (_of_app(lambda app: app.update(schema=None)), "applications[0].schema."),
        (_of_app(lambda app: app["job"]["settings"].update(interval="soon")), "[0].job.settings.interval: "),
        (_of_app(lambda app: app["job"]["settings"].update(speed="1")), "[0].job.settings.speed: "),
        (_of_app(lambda app: app["owners"].append("eve@x.example")), "applications[0].owners[0]: "),
        (_of_app(lambda app: app["assignments"].append({"user": "ada@x.example"})), "[0].assignments[2]: "),
        (_of_app(lambda app: app["assignments"][0].update(role="King")), "[0].assignments[0]: "),
        (_of_app(lambda app: app["app_roles"].append({"value": "x"})), "applications[0].app_roles["),
        (_of_app(lambda app: app["app_roles"].append({**ROLE, "value": "a b"})), "applications[0].app_roles["),
    ],
)
def test_a_document_with_anything_wrong_is_refused_by_place_and_changes_nothing(
    unchanged: CommandLine, tmp_path: Path, edit: Callable[[dict[str, Any]], Any], place: str
) -> None:
    document = _export(unchanged)
    document["applications"][0]["notes"] = "changed"
    edit(document)
    file = tmp_path / "configuration.json"
    file.write_text(json.dumps(document))
    result = unchanged("import", str(file), "--yes")
    assert result.exit_code == 2
    assert place in result.stderr
    assert _export(unchanged)["applications"][0]["notes"] == ""


def test_without_people_a_configuration_needs_no_directory(configured: CommandLine, tmp_path: Path) -> None:
    other = CommandLine(tmp_path)
    file = _file(configured, _export(configured))
    assert other("import", file, "--yes").exit_code == 2
    other.done("import", file, "--yes", "--without-people")
    assert [app["assignments"] for app in _export(other)["applications"]] == [[], []]


def test_an_import_that_breaks_half_way_changes_nothing(
    configured: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = _installation(tmp_path / "second")
    file = _file(other, _export(configured))

    def breaks(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("instep.store.protections.ProtectionStore.protect", breaks)
    assert other("import", file, "--yes").exit_code != 0
    assert _export(other)["applications"] == []


def test_nothing_is_changed_before_somebody_agrees(configured: CommandLine, tmp_path: Path) -> None:
    other = _installation(tmp_path / "second")
    file = _file(other, _export(configured))
    assert other("import", file, stdin="n\n").exit_code == 1
    assert other("import", "-", stdin=json.dumps(_export(configured))).exit_code == 2
    assert _export(other)["applications"] == []
