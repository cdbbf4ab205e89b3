"""Is everything that is wrong with a document named with its place, all at once?"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instep.ledger.graph_schema import SchemaRefused, Standard, read_schema, write_schema
from ledger.graph_schema.test_round_trip import CUSTOM

Edit = Callable[["Document"], object]
MANAGER = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"
NAME = "urn:ietf:params:scim:schemas:extension:<Name>:2.0:User:<attribute>"


class Document:
    """The custom application's document, to be spoilt."""

    def __init__(self) -> None:
        self.all = json.loads(json.dumps(write_schema(CUSTOM.template, CUSTOM)))
        (self.rule,) = self.all["synchronizationRules"]
        self.source, self.target = self.all["directories"]
        self.users, self.groups = self.rule["objectMappings"]
        self.attributes = self.target["objects"][0]["attributes"]

    def row(self, target: str) -> dict[str, Any]:
        return next(row for row in self.users["attributeMappings"] if row["targetAttributeName"] == target)

    def attribute(self, name: str) -> dict[str, Any]:
        return next(attribute for attribute in self.attributes if attribute["name"] == name)

    def add_row(self, target: str, **more: Any) -> None:
        source = {"type": "Attribute", "name": "mail"}
        self.users["attributeMappings"].append({"targetAttributeName": target, "source": source, **more})

    def add_attribute(self, name: str, **more: Any) -> None:
        self.attributes.append({"name": name, "type": "String", **more})

    def scope(self, *clauses: dict[str, Any], title: str = "Sales") -> None:
        self.users["scope"] = {"groups": [{"name": title, "clauses": list(clauses)}]}

    def problems(self) -> list[str]:
        try:
            read_schema(self.all, CUSTOM)
        except SchemaRefused as refused:
            return [str(problem) for problem in refused.problems]
        return []


def function(expression: str) -> dict[str, str]:
    return {"type": "Function", "expression": expression}


def clause(attribute: str, operator: str, *values: str) -> dict[str, Any]:
    return {"sourceOperandName": attribute, "operatorName": operator, "targetOperand": {"values": list(values)}}


def remove_row(document: Document, target: str) -> None:
    document.users["attributeMappings"].remove(document.row(target))


WRONG: list[tuple[str, Edit, str]] = [
    ("users disabled", lambda d: d.users.update(enabled=False), "users: the mapping of users cannot be disabled"),
    (
        "no users",
        lambda d: d.rule.update(objectMappings=[d.groups]),
        "there is no mapping whose sourceObjectName is User",
    ),
    (
        "devices",
        lambda d: d.groups.update(sourceObjectName="Device"),
        "User and Group can be provisioned, not 'Device'",
    ),
    (
        "users twice",
        lambda d: d.groups.update(sourceObjectName="User"),
        "another mapping has the same source or target",
    ),
    ("no such object", lambda d: d.users.update(targetObjectName="User"), "the target directory has no object 'User'"),
    ("no rule", lambda d: d.all.update(synchronizationRules=[]), "synchronizationRules: there must be one rule, not 0"),
    ("two rules", lambda d: d.all["synchronizationRules"].append(d.rule), "there must be one rule, not 2"),
    ("no directory", lambda d: d.rule.update(targetDirectoryName="x"), "directories: there is no directory 'x'"),
    ("one directory", lambda d: d.rule.update(targetDirectoryName=d.source["name"]), "must be two directories"),
    (
        "misspelt",
        lambda d: d.row("title").update(matchingPrioritty=1),
        "attributeMappings['title'].matchingPrioritty: there is no such property; did you mean matchingPriority?",
    ),
    (
        "wrong type",
        lambda d: d.row("title").update(matchingPriority="1"),
        "a whole number of 0 or more is needed, not '1'",
    ),
    ("wrong type", lambda d: d.users.update(enabled="yes"), "enabled: true or false is needed, not 'yes'"),
    (
        "wrong type",
        lambda d: d.users.update(attributeMappings={}),
        "attributeMappings: an array is needed, not an object",
    ),
    ("no action", lambda d: d.users.update(flowTypes="Add, Purge"), "there is no action 'Purge'"),
    ("flow type", lambda d: d.row("title").update(flowType="ValueAddOnly"), "ValueAddOnly is not supported"),
    ("flow type", lambda d: d.row("title").update(flowType="Sometimes"), "one of Always, ObjectAddOnly is needed"),
    (
        "cleared match",
        lambda d: d.row("userName").update(flowNullValues=True),
        "attributeMappings['userName'].flowNullValues: what accounts are matched by is not cleared",
    ),
    (
        "role choice",
        lambda d: d.row("title").update(source=function('SelectUniqueValue("a", "b")')),
        'user mapping of title: SelectUniqueValue needs "Only during object creation"',
    ),
    ("target twice", lambda d: d.add_row("title"), "another mapping has the same target"),
    (
        "unknown target",
        lambda d: d.add_row("titel"),
        "user mapping of titel: the target has no such attribute; did you mean title?",
    ),
    ("id", lambda d: d.add_row("id"), "user mapping of id: id is given by the target and cannot be mapped"),
    (
        "unknown source",
        lambda d: d.row("title").update(source={"name": "jobtitle"}),
        "user mapping of title: a user has no source attribute 'jobtitle'; did you mean jobTitle?",
    ),
    (
        "unknown source",
        lambda d: d.row("title").update(source=function("ToLower([jobtitel], )")),
        "no source attribute 'jobtitel'",
    ),
    (
        "function",
        lambda d: d.row("title").update(source=function("Lower([jobTitle])")),
        "user mapping of title: expression, column 1: there is no function Lower",
    ),
    ("roles", lambda d: d.row("title").update(source={"name": "appRoleAssignments"}), "cannot be mapped directly"),
    ("default", lambda d: d.row("active").update(defaultValue="maybe"), "the constant or default value does not fit"),
    ("constant", lambda d: d.row("active").update(source={"type": "Constant", "name": "maybe"}), "does not fit"),
    ("required", lambda d: remove_row(d, "userName"), "user mapping of userName: the application needs it"),
    ("no match", lambda d: d.row("userName").update(matchingPriority=0), "no target attribute matches"),
    ("no source", lambda d: d.row("userName").update(source=None), "a matching attribute needs a source"),
    (
        "precedence",
        lambda d: d.row("externalId").update(matchingPriority=1),
        "userName has the matching precedence 1 already",
    ),
    (
        "reference",
        lambda d: d.row(MANAGER).update(matchingPriority=2),
        "a matching attribute must have one value and be no reference",
    ),
    ("attribute twice", lambda d: d.add_attribute("title"), "another attribute has the same name"),
    ("attribute type", lambda d: d.attribute("title").update(type="Text"), "one of String, Boolean, Integer"),
    ("anchor", lambda d: d.attribute("title").update(anchor=True), "the anchor of an object of the target is id"),
    ("read only", lambda d: d.attribute("title").update(mutability="ReadOnly"), "title is ReadOnly in the target"),
    ("immutable", lambda d: d.attribute("title").update(mutability="Immutable"), "map it only during object creation"),
    (
        "custom name",
        lambda d: d.add_attribute("shoeSize"),
        "user attribute shoeSize: SCIM has no such attribute; one of the application's own is named urn:ietf",
    ),
    ("custom name", lambda d: d.add_attribute("urn:x:y"), "is named urn:ietf"),
    (
        "custom list",
        lambda d: d.add_attribute(NAME.replace("<Name>", "A").replace("<attribute>", "b"), multivalued=True),
        "a custom attribute can be neither a Reference nor multi-valued",
    ),
    ("path", lambda d: d.add_attribute('emails[type eq "work".value'), 'user attribute emails[type eq "work".value'),
    (
        "filter",
        lambda d: d.scope(clause("departmen", "EQUALS", "x")),
        "user filter 'Sales', clause 1: a user has no source attribute 'departmen'; did you mean department?",
    ),
    (
        "filter",
        lambda d: d.scope(clause("mail", "REGEX MATCH", "(?=x)")),
        "user filter 'Sales', clause 1: REGEX MATCH cannot use",
    ),
    ("filter", lambda d: d.scope(clause("manager", "IS NOT NULL")), "references cannot be used"),
    ("filter", lambda d: d.scope(title=" "), "user filter 1: it needs a title"),
    (
        "filter",
        lambda d: d.users.update(scope={"group": []}),
        "scope.group: there is no such property; did you mean groups?",
    ),
    (
        "filter",
        lambda d: d.groups.update(scope={"groups": [{"name": "G", "clauses": [clause("mail", "IS TRUE", "1")]}]}),
        "group filter 'G', clause 1: IS TRUE takes no value",
    ),
]


@pytest.mark.parametrize(("_what", "edit", "problem"), WRONG, ids=[f"{n}-{w[0]}" for n, w in enumerate(WRONG)])
def test_what_is_wrong_is_named_with_its_place(_what: str, edit: Edit, problem: str) -> None:
    document = Document()
    edit(document)
    found = document.problems()
    assert any(problem in each for each in found), found


def test_the_document_itself_has_no_problem() -> None:
    assert Document().problems() == []


def test_everything_that_is_wrong_is_named_at_once() -> None:
    document = Document()
    document.row("title")["matchingPrio"] = 1
    document.users["enabled"] = False
    document.add_attribute("shoeSize")
    document.row("displayName")["source"] = function("Join(")
    document.scope(clause("x", "LIKE", "y"), clause("city", "EQUALS"))
    places = [problem.partition(": ")[0] for problem in document.problems()]
    assert len(places) == 7
    assert len(set(places)) == 6  # a clause has two


def test_custom_attributes_of_every_type_can_be_added_and_mapped() -> None:
    document = Document()
    for number, kind in enumerate(("String", "Boolean", "Integer", "DateTime", "Binary")):
        name = f"urn:ietf:params:scim:schemas:extension:Acme:2.0:User:attribute{number}"
        document.add_attribute(name, type=kind, required=True, caseExact=True)
        document.add_row(name)
    document.add_attribute("roles", multivalued=True)
    document.add_attribute('emails[type eq "assistant"].value')
    document.add_attribute("nickName") if not any(a["name"] == "nickName" for a in document.attributes) else None
    assert document.problems() == []
    schema = read_schema(document.all, CUSTOM)
    assert [target.type for target in schema.users.targets[-7:-2]] == [
        "String",
        "Boolean",
        "Integer",
        "DateTime",
        "Binary",
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_a_schema_or_is_refused(document: Any) -> None:
    with pytest.raises(SchemaRefused):
        read_schema(document, CUSTOM)


@settings(max_examples=80)
@given(st.data())
def test_a_document_that_is_spoilt_anywhere_is_a_schema_or_is_refused(data: st.DataObject) -> None:
    spoilt: Any = Document().all
    holder = spoilt
    for _ in range(data.draw(st.integers(1, 9))):
        inner = [key for key in _keys(holder) if isinstance(holder[key], dict | list) and holder[key]]
        if not inner:
            break
        holder = holder[data.draw(st.sampled_from(inner))]
    key = data.draw(st.sampled_from(_keys(holder)))
    holder[key] = data.draw(JSON)
    try:
        schema = read_schema(spoilt, CUSTOM)
    except SchemaRefused:
        return
    write_schema(schema, CUSTOM)


def _keys(holder: Any) -> list[Any]:
    return list(holder) if isinstance(holder, dict) else list(range(len(holder)))


def test_an_application_without_groups_can_be_given_a_mapping_of_groups(custom: Standard) -> None:
    document = Document()
    document.rule["objectMappings"] = [document.users]
    without = read_schema(document.all, custom)
    assert without.groups is None
    again = Document()
    assert read_schema(again.all, custom).groups is not None
