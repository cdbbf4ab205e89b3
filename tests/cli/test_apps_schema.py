"""What do `instep apps schema` and `instep apps filters` print, and how do they exit?"""

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.command_line import CommandLine

SALES = {
    "groups": [
        {
            "name": "Sales",
            "clauses": [
                {
                    "operatorName": "EQUALS",
                    "sourceOperandName": "department",
                    "targetOperand": {"values": ["Sales"]},
                }
            ],
        }
    ],
    "inputFilterGroups": [],
    "categoryFilterGroups": [],
}


@pytest.fixture
def instep(tmp_path: Path) -> CommandLine:
    command = CommandLine(tmp_path)
    command.hires("ada", "bo")
    command.done("apps", "add", "custom-scim", "--name", "Acme")
    command.done("apps", "assign", "Acme", "--all", "--role", "User")
    return command


def file(folder: Path, document: Any) -> str:
    path = folder / "document.json"
    path.write_text(json.dumps(document))
    return str(path)


def test_a_schema_is_printed_edited_saved_and_restored(instep: CommandLine) -> None:
    printed = instep.done("apps", "schema", "get", "Acme")
    document = json.loads(printed)
    assert instep.objects("apps", "schema", "get", "Acme") == [document]
    assert "nothing was changed" in instep.done("apps", "schema", "put", "Acme", stdin=printed)

    rows = document["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    rows[:] = [row for row in rows if row["targetAttributeName"] != "title"]
    saved = instep.done("apps", "schema", "put", "Acme", file(instep.folder, document))
    assert saved == (
        "user mapping of title was removed\n"
        "Acme: saved. The next cycle is an initial one; everyone is evaluated again.\n"
    )
    assert json.loads(instep.done("apps", "schema", "get", "Acme")) == document
    assert instep.objects("apps", "schema", "restore", "Acme") == [
        {
            "app": "Acme",
            "changed": True,
            "changes": ["user mapping of title was added: [jobTitle]"],
            "without_effect": [],
        }
    ]
    assert json.loads(instep.done("apps", "schema", "get", "Acme")) == json.loads(printed)


def test_what_graph_has_and_instep_does_not_use_is_kept_and_said(instep: CommandLine) -> None:
    document = json.loads(instep.done("apps", "schema", "get", "Acme"))
    mapping = document["synchronizationRules"][0]["objectMappings"][0]
    mapping["attributeMappings"][0]["flowBehavior"] = "FlowAlways"
    mapping["attributeMappings"][1]["exportMissingReferences"] = True
    mapping["scope"] = {
        "groups": [],
        "inputFilterGroups": [{"name": "early", "clauses": []}],
        "categoryFilterGroups": [],
    }
    saved = instep.done("apps", "schema", "put", "Acme", file(instep.folder, document))
    assert saved.splitlines()[:4] == [
        "names, ids and properties that have no effect were changed",
        "Kept, and without effect: flowBehavior FlowAlways of the user mapping of userName",
        "Kept, and without effect: exportMissingReferences of the user mapping of active",
        "Kept, and without effect: inputFilterGroups of the user scope",
    ]
    assert json.loads(instep.done("apps", "schema", "get", "Acme")) == document


def test_every_problem_of_a_bad_schema_is_named_and_nothing_is_changed(instep: CommandLine) -> None:
    before = instep.done("apps", "schema", "get", "Acme")
    document = json.loads(before)
    (rule,) = document["synchronizationRules"]
    rule["objectMappings"][0]["enabled"] = False
    rule["objectMappings"][0]["attributeMappings"][2]["source"] = {"name": "dispalyName"}
    path = file(instep.folder, document)
    result = instep("apps", "schema", "put", "Acme", path)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        "Refused: 2 problems; nothing was changed.",
        "  users: the mapping of users cannot be disabled; stop the job instead",
        "  user mapping of displayName: a user has no source attribute 'dispalyName'; did you mean displayName?",
    ]
    result = instep("apps", "schema", "put", "Acme", path, "--json")
    assert result.exit_code == 2
    assert [json.loads(line)["place"] for line in result.stdout.splitlines()] == [
        "users",
        "user mapping of displayName",
    ]
    assert instep.done("apps", "schema", "get", "Acme") == before


@pytest.mark.parametrize(
    ("content", "message"), [("{", "Standard input is not JSON"), ("[]", "an object is needed here, not an array")]
)
def test_what_is_no_schema_is_refused(instep: CommandLine, content: str, message: str) -> None:
    result = instep("apps", "schema", "put", "Acme", stdin=content)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_file_that_cannot_be_read_is_refused(instep: CommandLine) -> None:
    result = instep("apps", "filters", "put", "Acme", str(instep.folder / "none.json"))
    assert result.exit_code == 2
    assert "none.json cannot be read" in result.stderr


def test_filters_are_previewed_saved_and_printed(instep: CommandLine) -> None:
    path = file(instep.folder, SALES)
    said = instep.done("apps", "filters", "preview", "Acme", path)
    assert said == (
        "0 would enter scope.\n"
        "2 would leave scope:\n"
        "  ada@x.example fails the scoping filter Sales: department EQUALS 'Sales' (it has no value)\n"
        "  bo@x.example fails the scoping filter Sales: department EQUALS 'Sales' (it has no value)\n"
        "Evaluated: 2. In scope: 2 now, 0 with these filters.\n"
        "Active accounts that leavers would lose: 0. 0 removals are within the budget of 3.\n"
    )
    leaver, summary = instep.objects("apps", "filters", "preview", "Acme", path, "--limit", "1")
    assert leaver == {
        "change": "leaves",
        "id": "ada",
        "name": "ada@x.example",
        "why": "fails the scoping filter Sales: department EQUALS 'Sales' (it has no value)",
    }
    assert (summary["leave"], summary["in_scope"]) == (2, {"before": 2, "after": 0})
    assert "and 1 more" in instep.done("apps", "filters", "preview", "Acme", path, "--limit", "1")

    assert "user scoping filter Sales was added" in instep.done("apps", "filters", "put", "Acme", path)
    assert json.loads(instep.done("apps", "filters", "get", "Acme")) == SALES
    assert instep.objects("apps", "filters", "get", "Acme", "--groups")[0]["groups"] == []
    assert "2 would enter scope:" in instep.done("apps", "filters", "preview", "Acme", stdin='{"groups": []}')
    assert "was removed" in instep.done("apps", "filters", "put", "Acme", "-", stdin='{"groups": []}')


def test_filters_of_groups_are_previewed_without_accounts(instep: CommandLine) -> None:
    instep.done("groups", "add", "Sales")
    instep.done("apps", "assign", "Acme", "--group", "Sales", "--role", "User")
    clause = {"operatorName": "IS NOT NULL", "sourceOperandName": "mail", "targetOperand": {"values": []}}
    path = file(instep.folder, {"groups": [{"name": "With mail", "clauses": [clause]}]})
    assert instep.done("apps", "filters", "preview", "Acme", path, "--groups").splitlines() == [
        "0 would enter scope.",
        "1 would leave scope:",
        "  Sales fails the scoping filter With mail: mail IS NOT NULL (it has no value)",
        "Evaluated: 1. In scope: 1 now, 0 with these filters.",
        "Groups of the application that leavers would lose: 0. 0 deletions of groups are within the budget of 3.",
    ]


def test_a_bad_filter_is_named_with_its_clause(instep: CommandLine) -> None:
    clause = SALES["groups"][0]["clauses"][0]  # type: ignore[index]
    bad = {"groups": [{"name": "Sales", "clauses": [{**clause, "operatorName": "equals"}]}]}  # type: ignore[dict-item]
    for command in ("put", "preview"):
        result = instep("apps", "filters", command, "Acme", file(instep.folder, bad))
        assert result.exit_code == 2
        assert "user filter 'Sales', clause 1: there is no operator 'equals'; did you mean EQUALS?" in result.stderr


def test_an_application_without_groups_has_no_filters_of_groups(instep: CommandLine) -> None:
    instep.done("apps", "add", "proxyclick")
    result = instep("apps", "filters", "get", "proxyclick", "--groups")
    assert result.exit_code == 1
    assert "no mapping of groups" in result.stderr
