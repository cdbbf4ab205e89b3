"""How is a mapping's source said, and which sources are refused?"""

from typing import Any

import pytest

from instep.ledger.graph_schema.json_object import JsonObject
from instep.ledger.graph_schema.problems import Problem
from instep.ledger.graph_schema.sources import DEEPEST_TREE, expression_tree, read_source, write_source
from instep.rules.mapping.attribute_mapping import Constant, Direct, FromExpression, NoSource, Source


def attribute(name: str) -> dict[str, Any]:
    return {"expression": f"[{name}]", "name": name, "parameters": [], "type": "Attribute"}


def constant(value: str) -> dict[str, Any]:
    return {"expression": f'"{value}"', "name": value, "parameters": [], "type": "Constant"}


def parameter(key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "value": value}


def read(form: Any) -> tuple[Source, list[str]]:
    problems: list[Problem] = []
    source = read_source(None if form is None else JsonObject(form, "source", problems))
    return source, list(map(str, problems))


def test_sources_are_said_as_graph_says_them() -> None:
    assert write_source(NoSource()) is None
    assert write_source(Direct("mail")) == attribute("mail")
    assert write_source(Constant("x")) == constant("x")
    assert write_source(FromExpression('Replace([preferredLanguage], "-", , , "_", , )')) == {
        "expression": 'Replace([preferredLanguage], "-", , , "_", , )',
        "name": "Replace",
        "type": "Function",
        "parameters": [
            parameter("source", attribute("preferredLanguage")),
            parameter("Find", constant("-")),
            parameter("Replacement", constant("_")),
        ],
    }


def test_numbers_are_constants_and_repeated_parameters_share_a_key() -> None:
    tree = expression_tree('Switch([a], , "x", 1, "y", 2)')
    assert [one["key"] for one in tree["parameters"]] == ["source", *["switchValue"] * 4]
    assert tree["parameters"][2]["value"] == constant("1")


def test_comparisons_and_concatenations_are_functions_too() -> None:
    condition = expression_tree('IIF([a]="x", [b], [c] & "d")')["parameters"]
    assert condition[0]["value"]["name"] == "="
    assert condition[0]["value"]["parameters"] == [parameter("left", attribute("a")), parameter("right", constant("x"))]
    assert condition[2]["value"]["name"] == "&"


def test_a_tree_is_cut_where_json_would_be_too_deep() -> None:
    expression = "Append(" * 100 + "[a]" + ', "x")' * 100
    tree = write_source(FromExpression(expression))
    depth = 1
    while tree is not None and tree["parameters"]:
        tree, depth = tree["parameters"][0]["value"], depth + 1
    assert depth == DEEPEST_TREE
    assert read(write_source(FromExpression(expression))) == (FromExpression(expression), [])


@pytest.mark.parametrize(
    ("form", "source"),
    [
        (None, NoSource()),
        ({"type": "Attribute", "name": "mail"}, Direct("mail")),
        ({"type": "Attribute", "expression": "[mail]"}, Direct("mail")),
        ({"name": "mail"}, Direct("mail")),
        ({"type": "constant", "name": "x"}, Constant("x")),
        ({"type": "Constant", "name": ""}, Constant("")),
        ({"type": "Constant", "expression": '"x \\"y\\""'}, Constant('x "y"')),
        ({"type": "Constant", "expression": "Contoso"}, Constant("Contoso")),
        ({"type": "Function", "expression": "Not([IsSoftDeleted])"}, FromExpression("Not([IsSoftDeleted])")),
    ],
)
def test_a_source_may_leave_out_what_follows_from_the_rest(form: Any, source: Source) -> None:
    assert read(form) == (source, [])


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({}, "source.name: the name of the source attribute is missing"),
        ({"type": "Attribute", "name": "mail", "expression": "[upn]"}, "the name says 'mail' and the expression"),
        ({"type": "Constant"}, "source.name: the constant's value is missing"),
        ({"type": "Constant", "name": "x", "expression": '"y"'}, "leave one of them out"),
        ({"type": "Function", "name": "Not"}, "source.expression: the text of the expression is missing"),
        ({"type": "Function", "expression": "Not("}, "source.expression: column"),
        ({"type": "Formula", "name": "x"}, "one of Attribute, Constant, Function is needed, not 'Formula'"),
        ({"type": "Attribute", "nmae": "mail"}, "source.nmae: there is no such property; did you mean name?"),
        ({"type": "Attribute", "name": 7}, "source.name: a text or null is needed, not 7"),
        ([], "source: an object is needed here, not an array"),
    ],
)  # fmt: skip
def test_a_source_that_says_too_little_or_two_things_is_a_problem(form: Any, problem: str) -> None:
    _, problems = read(form)
    assert any(problem in each for each in problems), problems


def test_a_tree_that_was_edited_without_its_expression_is_a_problem() -> None:
    form = write_source(FromExpression('Append([mail], "x")'))
    assert form is not None
    form["parameters"][1]["value"] = constant("y")
    assert "they do not say what the expression says" in read(form)[1][0]
    form["parameters"] = form["parameters"][:1]
    assert "they do not say what the expression says" in read(form)[1][0]
    form["parameters"] = "nonsense"
    assert "they do not say what the expression says" in read(form)[1][0]


def test_parameters_may_have_the_names_of_another_version() -> None:
    form = write_source(FromExpression('Append([mail], "x")'))
    assert form is not None
    form["parameters"][1]["key"] = "postfix"
    assert read(form)[1] == []
