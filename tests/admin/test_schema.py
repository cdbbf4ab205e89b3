"""What becomes of an application's schema when an administrator saves or restores one?"""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from fakes.installation import ME, Installation, open_installation
from instep.admin.ports import SchemaMoved
from instep.admin.schema import (
    SavedSchema,
    Whom,
    put_schema,
    put_scope,
    restore_schema,
    schema_document,
    scope_document,
)
from instep.directory.errors import NotFound
from instep.ledger.graph_schema import SchemaRefused
from instep.rules.scoping.standing import Scope

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
    ]
}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Installation]:
    with open_installation(tmp_path, "custom-scim") as installation:
        yield installation


def document(at: Installation) -> dict[str, Any]:
    return schema_document(at.applications, at.app)


def put(at: Installation, said: object) -> SavedSchema:
    return put_schema(at.service, at.app, said, ME)


def row(said: dict[str, Any], target: str) -> dict[str, Any]:
    rows = said["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    found: dict[str, Any] = next(one for one in rows if one["targetAttributeName"] == target)
    return found


def audited(at: Installation) -> list[dict[str, Any]]:
    rows = at.rows("SELECT details FROM audit_log WHERE activity = 'Update attribute mappings or scope' ORDER BY id")
    return [orjson.loads(details) for (details,) in rows]


def test_saving_what_is_there_already_changes_nothing(at: Installation) -> None:
    version = at.job.configuration_version
    assert put(at, document(at)).changes == ()
    assert at.job.configuration_version == version
    assert audited(at) == []


def test_a_saved_mapping_is_what_the_next_cycle_writes(at: Installation) -> None:
    at.hire("ada", jobTitle="Engineer")
    at.assign_all()
    at.cycle()
    version = at.job.configuration_version
    said = document(at)
    row(said, "title")["source"] = {"type": "Function", "expression": "ToUpper([jobTitle], )"}
    assert put(at, said).changes == ("user mapping of title was changed: [jobTitle] -> ToUpper([jobTitle], )",)
    assert at.job.configuration_version == version + 1
    summary = at.cycle()
    assert (summary.kind, summary.counts.updated) == ("initial", 1)
    account = at.target.named("ada@corp.example")
    assert account is not None
    assert account["title"] == "ENGINEER"
    [details] = audited(at)
    assert [m["source"] for m in orjson.loads(details["after"])["users"]["mappings"] if m["target"] == "title"] == [
        {"expression": "ToUpper([jobTitle], )"}
    ]
    assert [m["source"] for m in orjson.loads(details["before"])["users"]["mappings"] if m["target"] == "title"] == [
        {"attribute": "jobTitle"}
    ]


def test_a_bad_document_changes_nothing(at: Installation) -> None:
    before = document(at)
    said = copy.deepcopy(before)
    row(said, "title")["source"] = {"name": "nothing"}
    row(said, "displayName")["matchingPriority"] = 1
    with pytest.raises(SchemaRefused) as refused:
        put(at, said)
    assert len(refused.value.problems) == 2
    assert document(at) == before
    assert audited(at) == []


def test_a_custom_attribute_is_sent_within_its_extension_and_a_required_one_takes_its_default(at: Installation) -> None:
    urn = "urn:ietf:params:scim:schemas:extension:Acme:2.0:User"
    said = document(at)
    attributes = said["directories"][1]["objects"][0]["attributes"]
    attributes.append({"name": f"{urn}:badge", "type": "String"})
    attributes.append({"name": f"{urn}:floor", "type": "Integer", "required": True, "defaultValue": "1"})
    rows = said["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    rows.append({"targetAttributeName": f"{urn}:badge", "source": {"name": "employeeId"}})
    rows.append({"targetAttributeName": f"{urn}:floor", "source": {"name": "extensionAttribute1"}})
    assert len(put(at, said).changes) == 4
    at.hire("ada", employeeId="4711")
    at.hire("bo", extensionAttribute1="7")
    at.assign_all()
    at.cycle()
    bodies = {sent.body["userName"]: sent.body for sent in at.target.writes}
    assert bodies["ada@corp.example"][urn] == {"badge": "4711", "floor": 1}
    assert bodies["bo@corp.example"][urn] == {"floor": 7}
    assert urn not in bodies["ada@corp.example"]["schemas"]


def test_restoring_brings_back_mappings_and_takes_away_filters_and_what_was_kept(at: Installation) -> None:
    before = document(at)
    said = copy.deepcopy(before)
    said["id"] = "from-elsewhere"
    row(said, "title")["source"] = {"type": "Constant", "name": "x"}
    said["synchronizationRules"][0]["objectMappings"][0]["scope"] = SALES
    put(at, said)
    assert document(at) != before
    restored = restore_schema(at.service, at.app, ME)
    assert document(at) == before
    assert restored.changes == (
        'user mapping of title was changed: "x" -> [jobTitle]',
        "user scoping filter Sales was removed",
        "names, ids and properties that have no effect were changed",
    )
    assert restore_schema(at.service, at.app, ME).changes == ()


def test_filters_are_saved_by_themselves(at: Installation) -> None:
    empty = {"groups": [], "inputFilterGroups": [], "categoryFilterGroups": []}
    assert scope_document(at.applications, at.app, Whom.USERS) == empty
    for whom in Whom:
        put_scope(at.service, at.app, whom, SALES if whom is Whom.USERS else None, ME)
    assert scope_document(at.applications, at.app, Whom.USERS) == {**empty, **SALES}
    assert scope_document(at.applications, at.app, Whom.GROUPS) == empty
    with pytest.raises(SchemaRefused, match="a group has no source attribute 'department'"):
        put_scope(at.service, at.app, Whom.GROUPS, SALES, ME)
    put_scope(at.service, at.app, Whom.USERS, empty, ME)
    assert at.applications.schema(at.app.id).users.filters == ()


def test_an_application_without_groups_has_no_filters_of_groups(installed: Installation) -> None:
    at = installed
    with pytest.raises(NotFound, match="no mapping of groups"):
        scope_document(at.applications, at.app, Whom.GROUPS)
    with pytest.raises(NotFound, match="no mapping of groups"):
        put_scope(at.service, at.app, Whom.GROUPS, SALES, ME)


def test_of_two_who_save_at_once_the_second_is_refused(at: Installation) -> None:
    store = at.applications
    present = store.schema(at.app.id)
    put_scope(at.service, at.app, Whom.USERS, SALES, ME)
    with pytest.raises(SchemaMoved, match="saved by somebody else meanwhile"):
        store.save_schema(at.app, present, present, at.now, ME)


def test_an_application_that_is_not_connected_can_be_configured_already(at: Installation) -> None:
    with at.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM jobs")
    assert put_scope(at.service, at.app, Whom.USERS, SALES, ME).changes
    assert len(audited(at)) == 1


def test_roles_are_not_mapped_while_everyone_is_synchronised(at: Installation) -> None:
    said = document(at)
    rows = said["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"]
    source = {"type": "Function", "expression": "SingleAppRoleAssignment([appRoleAssignments])"}
    rows.append({"targetAttributeName": 'roles[primary eq "True"].value', "source": source})
    at.settle(scope=Scope.ALL)
    with pytest.raises(SchemaRefused, match="with scope=all users have no app roles"):
        put(at, said)
    at.settle(scope=Scope.ASSIGNED)
    assert put(at, said).changes
