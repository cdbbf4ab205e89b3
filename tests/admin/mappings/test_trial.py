"""What does an expression give for somebody, while it is being written?"""

import re

import pytest

from fakes.installation import Installation
from instep.admin.mappings.trial import Fails, Gives, Trial, Unsound, try_expression
from instep.directory.errors import NotFound
from instep.rules.mapping.attribute_mapping import TargetAttribute

TITLE = TargetAttribute("title")


@pytest.fixture
def at(installed: Installation) -> Installation:
    """An installation with somebody to try expressions on."""
    installed.hire("ada", city="Ghent", employeeId="17", proxyAddresses=("a@x", "b@x"))
    return installed


def tried(at: Installation, text: str, target: TargetAttribute = TITLE) -> Trial:
    return try_expression(at.service, at.app, text, target, "ada")


def test_the_value_is_shown_with_the_attributes_that_it_is_made_of(at: Installation) -> None:
    assert tried(at, 'Join(", ", [surname], [givenName])') == Gives(
        ("Example, ada",), "", {"givenName": "ada", "surname": "Example"}
    )


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ('Join(", ", [surname]', 21, "bracket|\\)|argument"),
        ("Jion([surname])", 1, "Jion"),
        ("ToUpper([surnam])", 9, "did you mean surname"),
        ("", 1, ""),
    ],
)
def test_what_is_wrong_is_said_at_its_place(at: Installation, text: str, column: int, message: str) -> None:
    found = tried(at, text)
    assert isinstance(found, Unsound)
    assert found.column == column
    assert re.search(message, found.message)


def test_what_fails_for_this_user_alone_is_told_with_the_values(at: Installation) -> None:
    found = tried(at, 'DateAdd("d", 1, [city])')
    assert isinstance(found, Fails)
    assert "DateAdd" in found.message
    assert found.used == {"city": "Ghent"}


def test_the_value_is_converted_as_the_target_takes_it(at: Installation) -> None:
    assert tried(at, "[employeeId]", TargetAttribute("n", "Integer")) == Gives(("17",), "", {"employeeId": "17"})
    found = tried(at, "[city]", TargetAttribute("n", "Integer"))
    assert isinstance(found, Fails)
    assert "whole number" in found.message


def test_what_gives_nothing_says_what_becomes_of_the_account(at: Installation) -> None:
    found = tried(at, "[department]")
    assert isinstance(found, Gives)
    assert found.values == ()
    assert "keeps its value" in found.note
    found = tried(at, "IgnoreFlowIfNullOrEmpty([department])")
    assert isinstance(found, Gives)
    assert "left out" in found.note


def test_several_values_are_shown_each(at: Installation) -> None:
    found = tried(at, "[proxyAddresses]", TargetAttribute("all", multivalued=True))
    assert isinstance(found, Gives)
    assert found.values == ("a@x", "b@x")
    found = tried(at, 'SelectUniqueValue([givenName], Append([givenName], "2"))')
    assert isinstance(found, Gives)
    assert found.values == ("ada", "ada2")


def test_whether_somebody_is_soft_deleted_is_what_the_scope_says(at: Installation) -> None:
    found = tried(at, "[IsSoftDeleted]")
    assert isinstance(found, Gives)
    assert found.values == ("True",)
    at.assign("ada")
    found = try_expression(at.service, at.app, "[IsSoftDeleted]", TITLE, "ada")
    assert isinstance(found, Gives)
    assert found.values == ("False",)


def test_what_redact_hides_is_hidden_here_too(at: Installation) -> None:
    assert tried(at, "Redact([city])") == Gives(("[Redact]",), "", {"city": "[Redact]"})


def test_random_values_are_those_that_the_job_will_give(at: Installation) -> None:
    text = "RandomString(12, 1, 0, 1, 1, )"
    assert tried(at, text) == try_expression(at.service, at.app, text, TITLE, "ada")


def test_somebody_who_was_never_there_cannot_be_tried_on(at: Installation) -> None:
    with pytest.raises(NotFound, match="choose another"):
        try_expression(at.service, at.app, "[city]", TITLE, "nobody")
