"""What does `instep apps provision --user` print, and does it work while a cycle runs in another process?"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.command_line import CommandLine
from fakes.served_tenant import ServedTenant, served_tenant


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedTenant]:
    with served_tenant(tmp_path_factory.mktemp("tenant")) as served:
        yield served


@pytest.fixture
def instep(tenant: ServedTenant, tmp_path: Path) -> CommandLine:
    line = CommandLine(tmp_path)
    line.hires("ada", "bob")
    line.connects(tenant)
    return line


def test_the_steps_come_first_and_the_summary_last(instep: CommandLine) -> None:
    documents = instep.objects("apps", "provision", "proxyclick", "--user", "ada@x.example")
    assert [each["step"] for each in documents[:-1]] == [
        "Import user",
        "Determine if user is in scope",
        "Match user between source and target system",
        "Perform action",
    ]
    summary = documents[-1]
    assert (summary["kind"], summary["users"], summary["created"]) == ("on demand", 1, 1)
    assert (summary["user"], summary["action"], summary["status"]) == ("ada@x.example", "create", "success")
    [entry] = instep.objects("logs", "--change", summary["change_id"])
    assert entry["initiatedBy"]["initiatorType"] == "user"


def test_people_see_what_is_modified_and_how_to_try_again(instep: CommandLine) -> None:
    shown = instep.done("apps", "provision", "proxyclick", "--user", "ada")
    assert "✓ Perform action: Create: ada@x.example is active and in scope" in shown
    assert "userName" in shown
    assert "Proxyclick: on demand cycle succeeded; 1 user: 1 created." in shown
    instep.done("users", "set", "bob", "surname=")
    failed = instep("apps", "provision", "proxyclick", "--user", "bob")
    assert (failed.exit_code, "What to do: Fill in the source attribute" in failed.stdout) == (5, True)
    assert "Then try again: instep apps provision 'Proxyclick' --user bob@x.example" in failed.stdout


def test_someone_unknown_is_refused(instep: CommandLine) -> None:
    refused = instep("apps", "provision", "proxyclick", "--user", "nobody@x.example")
    assert refused.exit_code == 1
    assert "There is no user 'nobody@x.example'" in refused.stderr


def test_it_takes_seconds_while_a_cycle_runs_in_another_process(instep: CommandLine, tenant: ServedTenant) -> None:
    """A cycle that is slowed down to one request a second would come to the last of forty users after forty seconds."""
    names = [f"u{number:02d}" for number in range(40)]
    instep.hires(*names)
    instep.done("apps", "set", "proxyclick", "rate=1")
    words = [sys.executable, "-m", "instep.cli.main", "apps", "provision", "proxyclick", "--json"]
    with subprocess.Popen(
        [*words, "--data", str(instep.folder / "data")], stdout=subprocess.DEVNULL, env=os.environ.copy()
    ) as cycle:
        try:
            while not tenant.everyone():
                time.sleep(0.05)
                assert cycle.poll() is None
            [*_, summary] = instep.objects("apps", "provision", "proxyclick", "--user", names[-1])
            assert summary["created"] == 1
            assert cycle.poll() is None
            assert names[-1] in {account["userName"].partition("@")[0] for account in tenant.everyone()}
        finally:
            cycle.kill()
    instep.done("apps", "set", "proxyclick", "rate=unlimited")
    instep.done("apps", "provision", "proxyclick")
    created = sorted(account["userName"].partition("@")[0] for account in tenant.everyone())
    assert created == ["ada", "bob", *names]
    codes = [entry["code"] for entry in instep.objects("logs", "--user", names[-1])]
    assert codes == ["RedundantExport", "EntryExportAdd"]
