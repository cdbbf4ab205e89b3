"""What does `instep audit` print, and what does `instep logs prune` throw away?"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.installation import Installation, open_installation
from instep.cli.main import app

Run = Callable[..., Result]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path) as installation:
        installation.hire("ada")
        installation.assign("ada")
        installation.cycle()
        yield installation


@pytest.fixture
def instep(company: Installation, tmp_path: Path) -> Run:
    return lambda *words: CliRunner(env={"COLUMNS": "400"}).invoke(app, [*words, "--data", str(tmp_path)])


def test_the_newest_come_first_with_old_and_new_values(instep: Run) -> None:
    assert instep("apps", "set", "proxyclick", "scope=all", "rate=5").exit_code == 0
    assert instep("apps", "stop", "proxyclick").exit_code == 0
    lines = instep("audit", "--app", "proxyclick").stdout.splitlines()
    assert "Disable/pause provisioning configuration" in lines[0]
    assert "Update provisioning setting or credentials" in lines[1]
    assert {"    scope: assigned -> all", "    requests_per_second: (none) -> 5.0"} <= set(lines)


def test_a_secret_is_never_shown(instep: Run) -> None:
    shown = instep("audit").stdout + instep("audit", "--json").stdout
    assert "s3cr3t-token" not in shown
    assert "secret_token: (none) -> ***" in shown


def test_json_is_one_object_a_line_and_the_moments_narrow_it_down(instep: Run) -> None:
    rows = [json.loads(line) for line in instep("audit", "--json").stdout.splitlines()]
    assert rows[-1]["activityDisplayName"] == "Add application"
    assert len(instep("audit", "--json", "--limit", "1").stdout.splitlines()) == 1
    assert instep("audit", "--json", "--until", "2026-03-01").stdout == ""
    assert instep("audit", "--since", "never").exit_code == 2


def test_what_is_older_than_the_retention_is_pruned(instep: Run) -> None:
    assert instep("apps", "set", "proxyclick", "log_retention=0").exit_code == 2
    assert instep("apps", "set", "proxyclick", "log_retention=forever").exit_code == 0
    assert instep("logs", "prune", "--json").stdout == ""
    assert instep("apps", "set", "proxyclick", "log_retention=7d").exit_code == 0
    shown = instep("logs", "prune", "--app", "proxyclick")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Proxyclick: ")
