"""What do the commands on applications print, and how do they exit?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.faulty_target import answers, faulty_target
from fakes.served_tenant import ServedTenant, served_tenant
from instep.cli.main import app

Run = Callable[..., Result]
PEOPLE = (
    "id,userPrincipalName,displayName,givenName,surname\nu1,ada@x.example,Ada E,Ada,E\nu2,bob@x.example,Bob E,Bob,E\n"
)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("tenant")) as served:
        yield served


@pytest.fixture
def instep(tmp_path: Path) -> Run:
    def run(*words: str, stdin: str | None = None, env: dict[str, str | None] | None = None) -> Result:
        return CliRunner(env={"COLUMNS": "400", "INSTEP_SECRET_TOKEN": None} | (env or {})).invoke(
            app, [*words, "--data", str(tmp_path / "data")], input=stdin
        )

    return run


@pytest.fixture
def added(instep: Run, tmp_path: Path) -> Run:
    """With two users and Proxyclick, which is not connected."""
    (tmp_path / "users.csv").write_text(PEOPLE)
    assert instep("users", "import", str(tmp_path / "users.csv")).exit_code == 0
    assert instep("apps", "add", "proxyclick").exit_code == 0
    return instep


@pytest.fixture
def connected(added: Run, tenant: ServedTenant) -> Run:
    for account in tenant.everyone():
        tenant.http.delete(f"/Users/{account['id']}")
    words = ("apps", "connect", "proxyclick", "--tenant-url", tenant.tenant_url, "--token-stdin")
    result = added(*words, stdin=tenant.secret_token + "\n")
    assert result.exit_code == 0, result.stderr
    return added


def objects(result: Result) -> list[dict]:
    """What --json printed: one object on each line, and nothing else."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_an_application_is_added_with_its_roles_and_what_comes_next(instep: Run) -> None:
    result = instep("apps", "add", "proxyclick")
    assert result.exit_code == 0
    assert result.stdout.startswith("Proxyclick was added, with 11 attribute mappings.\n")
    assert "instep apps assign" in result.stdout
    [added] = objects(instep("apps", "add", "proxyclick", "--name", "Second", "--json"))
    assert (added["name"], added["template"], added["roles"]) == ("Second", "proxyclick", ["User", "msiam_access"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("apps", "add", "proxyclik"), "Did you mean proxyclick"),
        (("apps", "add", "proxyclick"), "already; choose another name"),
        (("apps", "status", "proxiclick"), "Did you mean Proxyclick"),
        (("apps", "status", "salesforce"), "There are: Proxyclick"),
        (("apps", "assign", "proxyclick", "--all", "--role", "Owner"), "has no app role 'Owner'. It has:"),
        (("apps", "assign", "proxyclick", "--user", "adaa@x.example", "--role", "User"), "Did you mean ada@x.example"),
        (("apps", "assign", "proxyclick", "--group", "nobodies", "--role", "User"), "There is no group 'nobodies'"),
        (("apps", "unassign", "proxyclick", "--user", "u1"), "is not assigned to Proxyclick directly"),
        (("apps", "test", "proxyclick"), "is not connected yet"),
        (("apps", "provision", "proxyclick"), "instep apps connect 'Proxyclick'"),
        (("apps", "start", "proxyclick"), "is not connected yet"),
        (("apps", "stop", "proxyclick"), "is not connected yet"),
        (("apps", "restart", "proxyclick"), "is not connected yet"),
        (("apps", "set", "proxyclick", "scope=all"), "is not connected yet"),
        (("apps", "links", "show", "proxyclick", "u1"), "is not connected yet"),
        (("logs", "--app", "proxiclick"), "Did you mean Proxyclick"),
        (("logs", "--user", "nobody"), "There is no user"),
    ],
)
def test_a_refusal_says_what_to_do_and_exits_with_1(added: Run, words: tuple[str, ...], message: str) -> None:
    result = added(*words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("apps", "assign", "proxyclick", "--role", "User"), "one of --user U, --group G or --all"),
        (("apps", "assign", "proxyclick", "--role", "User", "--all", "--user", "u1"), "one of --user"),
        (("apps", "assign", "proxyclick", "--role", "User", "--group", "g", "--user", "u1"), "one of --user"),
        (("apps", "unassign", "proxyclick"), "one of --user"),
        (("apps", "assign", "proxyclick", "--all"), "--role"),
        (("apps", "connect", "proxyclick", "--tenant-url", "https://x.example"), "INSTEP_SECRET_TOKEN"),
        (("apps", "connect", "proxyclick", "--tenant-url", "https://x.example", "--token", "abc"), "No such option"),
        (("apps", "connect", "proxyclick"), "--tenant-url"),
        (("logs", "--status", "odd"), "odd"),
        (("logs", "--limit", "0"), "--limit"),
    ],
)
def test_a_command_that_is_not_complete_or_contradicts_itself_exits_with_2(
    added: Run, words: tuple[str, ...], message: str
) -> None:
    result = added(*words)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("token", ["", "\n", "   \n", "zwölf\n", "a\tb\n"])
def test_what_is_no_token_is_refused_before_anything_is_asked(added: Run, token: str) -> None:
    result = added("apps", "connect", "proxyclick", "--tenant-url", "https://x.example", "--token-stdin", stdin=token)
    assert result.exit_code == 2
    assert token.strip() == "" or token.strip() not in result.stderr


@pytest.mark.parametrize("url", ["http://scim.example/v2", "https://me:hunter2@x.example", "scim.example"])
def test_a_tenant_url_that_must_not_be_used_is_refused(added: Run, url: str) -> None:
    result = added("apps", "connect", "proxyclick", "--tenant-url", url, env={"INSTEP_SECRET_TOKEN": "t0ken"})
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Tenant URL" in result.stderr
    assert "hunter2" not in result.stderr


def test_a_connection_that_fails_is_not_saved_and_does_not_show_the_token(added: Run, tenant: ServedTenant) -> None:
    words = ("apps", "connect", "proxyclick", "--tenant-url", tenant.tenant_url, "--token-stdin")
    result = added(*words, stdin="wr0ng-token\n")
    assert result.exit_code == 1
    assert "Secret Token was refused" in result.stderr
    assert "wr0ng-token" not in result.output
    assert added("apps", "test", "proxyclick").exit_code == 1


def test_the_token_comes_from_the_environment_too(added: Run, tenant: ServedTenant) -> None:
    result = added(
        "apps", "connect", "proxyclick", "--tenant-url", tenant.tenant_url, "--json",
        env={"INSTEP_SECRET_TOKEN": tenant.secret_token},
    )  # fmt: skip
    [job] = objects(result)
    assert (job["connected"], job["state"], job["tenant_url"]) == (True, "Paused", tenant.tenant_url)
    assert tenant.secret_token not in result.output
    assert added("apps", "test", "proxyclick", "--json").exit_code == 0


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("scope=everyone", "'assigned' or 'all'"),
        ("interval=5", "40m"),
        ("actions=add", "create, update, delete"),
        ("actions.groups=create", "no groups"),
        ("dialect=scim", "aadOptscim062020"),
        ("dialect.booleans=yes", "text-in-patch"),
        ("dialect.create_only=titel", "'titel' is no target attribute here"),
        ("dialect.filterable=username", "userName"),
        ("dialect.group_create_only=displayName", "no target attribute"),
        ("budget=5", "budget.removals"),
        ("scope", "NAME=VALUE"),
    ],
)
def test_a_bad_setting_changes_nothing_and_exits_with_2(connected: Run, word: str, message: str) -> None:
    before = objects(connected("apps", "list", "--json"))
    result = connected("apps", "set", "proxyclick", "rate=5", word)
    assert result.exit_code == 2
    assert message in result.stderr
    assert objects(connected("apps", "list", "--json")) == before


def test_settings_are_shown_as_they_were_saved(connected: Run) -> None:
    [saved] = objects(connected("apps", "set", "proxyclick", "scope=all", "budget.removals=7", "interval=2h", "--json"))
    assert saved["settings"]["scope"] == "all"
    assert saved["settings"]["budget.removals"] == 7
    assert saved["settings"]["interval_seconds"] == 7200


def test_actions_and_switches_are_set_by_the_same_command(connected: Run) -> None:
    words = ("actions=create,delete", "soft_delete=false", "dialect=rfc", "dialect.booleans=text")
    [saved] = objects(connected("apps", "set", "proxyclick", *words, "--json"))
    shown = {name: saved["settings"][name] for name in ("actions", "soft_delete", "dialect", "dialect.booleans")}
    assert shown == {"actions": "create,delete", "soft_delete": False, "dialect": "rfc", "dialect.booleans": "text"}


def test_a_cycle_from_the_command_line_ends_with_its_summary_as_one_object(
    connected: Run, tenant: ServedTenant
) -> None:
    assert connected("apps", "assign", "proxyclick", "--all", "--role", "User").exit_code == 0
    summary = objects(connected("apps", "provision", "proxyclick", "--json"))[-1]
    assert {name: summary[name] for name in ("kind", "users", "created", "failed", "requests")} == {
        "kind": "initial",
        "users": 2,
        "created": 2,
        "failed": 0,
        "requests": {"GET": 1, "POST": 2},
    }
    assert sorted(account["userName"] for account in tenant.everyone()) == ["ada@x.example", "bob@x.example"]
    again = connected("apps", "provision", "proxyclick")
    assert again.exit_code == 0
    assert "nothing to do" in again.stdout
    assert "Requests: none." in again.stdout
    [link] = objects(connected("apps", "links", "show", "proxyclick", "ada@x.example", "--json"))
    assert (link["active"], link["origin"], link["last_written"]["userName"]) == (True, "created", "ada@x.example")
    [status] = objects(connected("apps", "status", "proxyclick", "--json"))
    assert status["accounts"] == {"linked": 2, "active": 2}


def test_an_interrupted_cycle_exits_with_4_and_says_why(connected: Run, tenant: ServedTenant, tmp_path: Path) -> None:
    connected("apps", "assign", "proxyclick", "--all", "--role", "User")
    with served_tenant(tmp_path / "other") as other:
        words = ("apps", "connect", "proxyclick", "--tenant-url", other.tenant_url, "--token-stdin")
        assert connected(*words, stdin=other.secret_token).exit_code == 0
    result = connected("apps", "provision", "proxyclick")
    assert result.exit_code == 4
    assert "It stopped: the target cannot be used now" in result.stdout


def test_a_quarantine_is_shown_with_graphs_properties_and_the_requests_that_caused_it(added: Run) -> None:
    added("apps", "assign", "proxyclick", "--all", "--role", "User")
    with faulty_target() as target:
        words = ("apps", "connect", "proxyclick", "--tenant-url", target.tenant_url, "--token-stdin")
        assert added(*words, stdin=target.token).exit_code == 0
        saved, target.token = target.token, "another"
        assert added("apps", "provision", "proxyclick").exit_code == 4
    [status] = objects(added("apps", "status", "proxyclick", "--json"))
    quarantine = status["quarantine"]
    assert (status["code"], quarantine["reason"]) == ("Quarantine", "EncounteredQuarantineException")
    assert quarantine["currentBegan"] == quarantine["seriesBegan"] == quarantine["since"]
    assert (quarantine["seriesCount"], quarantine["nextAttempt"]) == (0, quarantine["next_attempt_at"])
    assert quarantine["error"]["tenantActionable"] is True
    assert quarantine["error"]["message"] == quarantine["detail"]
    [request] = quarantine["requests"]
    assert (request["method"], request["status"]) == ("GET", 401)
    assert request["url"] == f"{target.tenant_url}/Users?startIndex=1&count=500"
    said = added("apps", "status", "proxyclick").stdout
    assert "Quarantine    since" in said
    assert f"GET {request['url']} -> HTTP 401" in said
    assert saved not in said + str(status)


def test_who_is_assigned_is_listed_and_ended(added: Run) -> None:
    added("groups", "add", "Staff")
    for chosen in (("--all",), ("--group", "staff"), ("--user", "ADA@x.example")):
        result = added("apps", "assign", "proxyclick", *chosen, "--role", "user", "--json")
        assert [line["changed"] for line in objects(result)] == [True]
    again = added("apps", "assign", "proxyclick", "--all", "--role", "User")
    assert again.stdout == "All users has the role User of Proxyclick.\n"
    listed = objects(added("apps", "assignments", "proxyclick", "--json"))
    assert sorted((line["principal_type"], line["principal"], line["role"]) for line in listed) == [
        ("Group", "All users", "User"),
        ("Group", "Staff", "User"),
        ("User", "ada@x.example", "User"),
    ]
    assert added("apps", "unassign", "proxyclick", "--all").exit_code == 0
    assert len(objects(added("apps", "assignments", "proxyclick", "--json"))) == 2


def test_the_program_itself_takes_the_token_by_standard_input_and_prints_one_object_a_line(
    added: Run, tenant: ServedTenant, tmp_path: Path
) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    finished = subprocess.run(
        [sys.executable, "-m", "instep.cli.main", "apps", "connect", "proxyclick", "--tenant-url", tenant.tenant_url,
         "--token-stdin", "--json", "--data", str(tmp_path / "data")],
        input=tenant.secret_token, capture_output=True, text=True, timeout=60, env=environment, check=False,
    )  # fmt: skip
    assert (finished.returncode, finished.stderr) == (0, "")
    assert json.loads(finished.stdout)["connected"] is True


def test_a_restart_says_what_it_cleared_and_a_scope_that_is_none_changes_nothing(connected: Run) -> None:
    refused = connected("apps", "restart", "proxyclick", "--reset", "Watermark,Everything")
    assert refused.exit_code == 2
    assert "There is no scope 'Everything'" in refused.stderr
    assert connected("apps", "restart", "proxyclick", "--reset", "None").exit_code == 2
    [cleared] = objects(connected("apps", "restart", "proxyclick", "--reset", "escrows, Full", "--json"))
    assert cleared["scopes"] == ["Escrows", "Full"]
    assert (cleared["cleared"], cleared["state"]) == ({"Escrows": 0, "Full": 0}, "Paused")
    said = connected("apps", "restart", "proxyclick").stdout
    assert "The next cycle of Proxyclick is an initial one; every user is evaluated again." in said
    assert "The job is stopped. Next: instep apps start 'Proxyclick'" in said


def test_those_in_escrow_are_listed_with_their_retries_and_the_next_attempt(added: Run) -> None:
    added("apps", "assign", "proxyclick", "--all", "--role", "User")
    with faulty_target() as target:
        words = ("apps", "connect", "proxyclick", "--tenant-url", target.tenant_url, "--token-stdin")
        assert added(*words, stdin=target.token).exit_code == 0
        assert added("apps", "escrows", "proxyclick").stdout == "Nobody fails in Proxyclick.\n"
        target.goes_wrong(answers(400, "the badge printer is on fire"), "POST", "ada@x.example")
        for _ in range(3):
            added("apps", "provision", "proxyclick")
    [escrow] = objects(added("apps", "escrows", "proxyclick", "--json"))
    assert (escrow["type"], escrow["name"], escrow["attempts"]) == ("User", "ada@x.example", 3)
    assert escrow["message"] == (
        f"This operation was retried 2 times. It will be retried again after this date: {escrow['next_attempt_at']}."
    )
    printed = added("apps", "escrows", "proxyclick").stdout
    assert "the badge printer is on fire" in printed
    assert escrow["message"] in printed
    assert escrow["message"] in added("logs", "--status", "failure", "--limit", "1").stdout
    [status] = objects(added("apps", "status", "proxyclick", "--json"))
    assert (status["code"], status["schedule"]["state"], status["lastExecution"]["state"]) == (
        "Paused",
        "Paused",
        "EntryLevelErrors",
    )
    assert "look at instep apps escrows" in added("apps", "status", "proxyclick").stdout


def test_an_application_is_deleted_with_its_job_and_its_accounts_stay(connected: Run, tenant: ServedTenant) -> None:
    assert connected("apps", "assign", "proxyclick", "--all", "--role", "User").exit_code == 0
    assert connected("apps", "provision", "proxyclick").exit_code == 0
    told = json.loads(connected("apps", "delete", "proxyclick", "--dry-run", "--json").stdout)
    assert (told["done"], told["accounts"], told["active_accounts"]) == ("would be deleted", 2, 2)
    gone = connected("apps", "disconnect", "proxyclick")
    assert "was disconnected" in gone.stdout
    assert "2 accounts, 2 of them active" in gone.stdout
    assert connected("apps", "disconnect", "proxyclick").exit_code == 1
    assert json.loads(connected("apps", "delete", "proxyclick", "--json").stdout)["done"] == "deleted"
    assert connected("apps", "list").stdout == ""
    assert [account["active"] for account in tenant.everyone()] == [True, True]
    logged = [json.loads(line) for line in connected("logs", "--json").stdout.splitlines()]
    assert {entry["servicePrincipal"]["displayName"] for entry in logged} == {"Proxyclick"}
