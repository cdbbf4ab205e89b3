"""What does `instep why` print, for people and for programs?"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes.installation import open_installation
from instep.cli.main import app

Run = Callable[..., Result]


@pytest.fixture
def why(tmp_path: Path) -> Iterator[Run]:
    """Ada was assigned and provisioned; Bob is not assigned."""
    with open_installation(tmp_path) as company:
        company.hire_all(["ada", "bob"])
        company.assign("ada")
        company.cycle()
        yield lambda *words: CliRunner(env={"COLUMNS": "400"}).invoke(app, ["why", *words, "--data", str(tmp_path)])


def test_the_paragraph_comes_first_and_each_value_with_its_mapping_after_it(why: Run) -> None:
    result = why("ada", "--app", "proxyclick")
    assert result.exit_code == 0
    first, *values = result.stdout.splitlines()
    assert first.startswith("ada (ada@corp.example) has an active account in Proxyclick, account-000001.")
    assert values[0].split() == ["userName", "ada@corp.example"]
    assert values[1].strip().startswith("from [userPrincipalName]; written 2026-03-02 08:00 UTC in the initial cycle")


def test_json_has_the_same_as_values(why: Run) -> None:
    document = json.loads(why("ada", "--app", "proxyclick", "--json").stdout)
    assert (document["account_id"], document["active"], document["user"]) == (
        "account-000001", True, "ada@corp.example",
    )  # fmt: skip
    [assignment] = document["assignments"]
    assert (assignment["role"], assignment["through"], assignment["assigned_by"]) == ("User", [], "tester")
    told = {value["attribute"]: value for value in document["values"]}
    assert (told["userName"]["mapping"], told["userName"]["expression"]) == ("direct", "[userPrincipalName]")
    assert told["userName"]["change_id"]


def test_an_earlier_moment(why: Run) -> None:
    said = why("ada", "--app", "proxyclick", "--at", "2026-03-02T07:00").stdout
    assert said.startswith("On 2026-03-02 07:00 UTC, ada (ada@corp.example) had no account in Proxyclick.")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("nobody", "--app", "proxyclick"), 1, "There is no user 'nobody'"),
        (("ada", "--app", "proxiclick"), 1, "Did you mean Proxyclick"),
        (("ada", "--app", "proxyclick", "--at", "then"), 2, "is no moment"),
        (("ada",), 2, "--app"),
    ],
)
def test_what_cannot_be_answered_is_refused(why: Run, words: tuple[str, ...], code: int, message: str) -> None:
    result = why(*words)
    assert result.exit_code == code
    assert message in result.stderr
