"""Does a schema survive its way to a document and back, and a document its way to a schema and back?"""

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from instep.admin.schema import standard_of
from instep.directory.applications import App
from instep.directory.definitions import USER_ATTRIBUTES
from instep.gallery.templates import search
from instep.ledger.graph_schema import read_schema, write_schema
from instep.ledger.schema import ObjectMapping, Schema, TargetAction
from instep.rules.mapping.attribute_mapping import (
    AttributeMapping,
    Constant,
    Direct,
    FromExpression,
    NoSource,
    TargetAttribute,
)
from instep.rules.scoping.filters import Clause, ScopingFilter
from instep.store.documents import schema_from, schema_text

AN_APP = App("app-1", "The application", "custom-scim", datetime(2026, 3, 2, tzinfo=UTC), ())
CUSTOM = standard_of(AN_APP)
TEMPLATE = CUSTOM.template.users

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
SOURCES = (
    st.sampled_from(sorted(set(USER_ATTRIBUTES) - {"appRoleAssignments"})).map(Direct)
    | TEXTS.map(Constant)
    | st.sampled_from(
        [
            'Join(" ", [givenName], [surname])',
            'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
            'Replace([mail], "@", , , "\\"at\\"", , )',
            'IIF([department]="Sales", Append([mail], "x"), ToLower([surname], ))',
            '"text"',
            "Mid([userPrincipalName],  1, 20)",
            "SingleAppRoleAssignment([appRoleAssignments])",
        ]
    ).map(FromExpression)
)
CLAUSES = st.sampled_from(
    [
        Clause("department", "EQUALS", ("Sales",)),
        Clause("accountEnabled", "IS TRUE"),
        Clause("mail", "REGEX MATCH", (r".*\@x\.example",)),
        Clause("employeeId", "Greater_Than", ("10",)),
    ]
)
FILTERS = st.lists(
    st.builds(ScopingFilter, TEXTS.filter(str.strip), st.lists(CLAUSES, min_size=1, max_size=3).map(tuple)), max_size=3
).map(tuple)


@st.composite
def object_mappings(draw: st.DrawFn) -> ObjectMapping:
    """The custom application's mapping of users, with other sources, rows left out, filters, actions and attributes."""
    rows = [TEMPLATE.mappings[0]]
    texts = {target.name for target in TEMPLATE.targets if target.type == "String"} - {"userName"}
    for name in draw(st.lists(st.sampled_from(sorted(texts)), unique=True, max_size=6)):
        rows.append(
            AttributeMapping(
                name,
                draw(SOURCES | st.just(NoSource())),
                draw(st.none() | TEXTS),
                apply=draw(st.sampled_from(["always", "creation"])),
                when_null=draw(st.sampled_from(["leave", "clear"])),
            )
        )
    more = draw(st.lists(st.sampled_from(["colour", "shoeSize", "Floor"]), unique=True, max_size=2))
    targets = [
        *TEMPLATE.targets,
        *(
            TargetAttribute(
                f"urn:ietf:params:scim:schemas:extension:Acme:2.0:User:{name}",
                draw(st.sampled_from(["String", "Boolean", "Integer", "DateTime", "Binary"])),
                required=draw(st.booleans()),
                supported_for_filtering=draw(st.booleans()),
                case_exact=draw(st.booleans()),
                default_value=draw(st.none() | TEXTS),
            )
            for name in more
        ),
    ]
    return ObjectMapping(tuple(rows), tuple(targets), draw(st.frozensets(st.sampled_from(TargetAction))), draw(FILTERS))


SCHEMAS = st.builds(
    Schema,
    object_mappings(),
    st.none() | st.just(CUSTOM.template.groups) | st.just(replace(CUSTOM.template.groups, is_enabled=False)),  # type: ignore[type-var]
)


def through_json(document: Any) -> Any:
    return json.loads(json.dumps(document))


def test_every_application_of_the_gallery_can_be_read_back_as_it_was_written() -> None:
    changed = []
    for summary in search(""):
        standard = standard_of(replace(AN_APP, template_id=summary.id))
        document = through_json(write_schema(standard.template, standard))
        schema = read_schema(document, standard)
        if schema != standard.template or write_schema(schema, standard) != document:
            changed.append(summary.id)
    assert changed == []
    assert len(search("")) == 334


@settings(max_examples=40)
@given(SCHEMAS)
def test_reading_what_was_written_changes_nothing(schema: Schema) -> None:
    document = through_json(write_schema(schema, CUSTOM))
    again = read_schema(document, CUSTOM)
    assert write_schema(again, CUSTOM) == document
    if FromExpression('"text"') not in [row.source for row in schema.users.mappings]:  # it comes back as a constant
        assert replace(again, frame={}) == schema
    assert schema_from(schema_text(again)) == again


UNUSED = st.sampled_from(["kept", 7, True, [], [{"key": "IsCustomerDefined", "value": "false"}]])


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """Documents that say more than Instep uses: other names and ids, metadata, another order of objects."""
    document = through_json(write_schema(draw(SCHEMAS), CUSTOM))
    (rule,) = document["synchronizationRules"]
    source, target = document["directories"]
    for holder, names in (
        (document, ["id", "version", "metadata"]),
        (rule, ["id", "name", "priority", "metadata", "containerFilter"]),
        (source, ["id", "discoverabilities", "metadata"]),
        (target, ["id", "version", "discoveryDateTime"]),
    ):
        for name in draw(st.lists(st.sampled_from(names), unique=True)):
            holder[name] = draw(UNUSED)
    source["name"] = rule["sourceDirectoryName"] = draw(st.sampled_from(["Azure Active Directory", "Instep Directory"]))
    rule["objectMappings"][0] |= {"name": draw(TEXTS.filter(bool)), "metadata": draw(UNUSED)}
    for row in draw(st.lists(st.sampled_from(rule["objectMappings"][0]["attributeMappings"]), max_size=2)):
        row |= {"flowBehavior": "FlowAlways", "exportMissingReferences": True}
    for attribute in draw(st.lists(st.sampled_from(target["objects"][0]["attributes"]), max_size=3)):
        attribute |= {
            "mutability": "WriteOnly",
            "apiExpressions": draw(UNUSED),
            "metadata": [{"key": "a", "value": "b"}],
        }
    if draw(st.booleans()):
        target["objects"].append({"name": "Device", "metadata": [], "supportedApis": [], "attributes": [{"name": "x"}]})
    if draw(st.booleans()):
        source["objects"] = [{"name": "User", "attributes": [{"name": "objectId", "type": "String", "anchor": True}]}]
    for several in (document["directories"], target["objects"], rule["objectMappings"]):
        several[:] = draw(st.permutations(several))
    return document


@settings(max_examples=40)
@given(documents())
def test_what_a_document_says_and_instep_does_not_use_is_said_again(document: Any) -> None:
    given_document = copy.deepcopy(document)
    schema = read_schema(document, CUSTOM)
    assert write_schema(schema, CUSTOM) == given_document
    kept = schema_from(schema_text(schema))
    assert write_schema(kept, CUSTOM) == given_document


def test_what_a_document_leaves_out_takes_its_usual_value() -> None:
    document = through_json(write_schema(CUSTOM.template, CUSTOM))
    (rule,) = document["synchronizationRules"]
    del document["id"], document["version"], rule["id"], rule["priority"]
    for mapping in rule["objectMappings"]:
        del mapping["scope"], mapping["flowTypes"], mapping["enabled"], mapping["metadata"], mapping["name"]
        for row in mapping["attributeMappings"]:
            for name in ("defaultValue", "flowBehavior", "exportMissingReferences", "flowType"):
                del row[name]
            if row["source"]["type"] == "Function":
                del row["source"]["parameters"], row["source"]["name"]
    for directory in document["directories"]:
        del directory["id"], directory["discoverabilities"]
    for attribute in document["directories"][1]["objects"][0]["attributes"]:
        for name in ("mutability", "referencedObjects", "apiExpressions", "flowNullValues", "defaultValue", "anchor"):
            del attribute[name]
    del document["directories"][0]["objects"]
    assert read_schema(document, CUSTOM) == CUSTOM.template
