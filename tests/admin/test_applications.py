"""How does an administrator find an application and a role, and assign users?"""

import pytest

from fakes.installation import Installation
from instep.admin.applications import add_app, find_app, find_role
from instep.directory.errors import NotFound
from instep.gallery.template import UnknownTemplate


def add(installed: Installation, template: str, name: str | None = None):
    return add_app(installed.applications, template, name, installed.clock, installed.new_id, "tester")[0]


@pytest.mark.parametrize("named", ["Proxyclick", " PROXYCLICK ", "proxyclick"])
def test_an_application_is_found_by_its_name_in_any_letter_case(installed: Installation, named: str) -> None:
    assert find_app(installed.applications, named).id == installed.app.id


def test_an_application_is_found_by_id_and_by_template_where_it_is_the_only_one(installed: Installation) -> None:
    visitors = add(installed, "custom-scim", "Visitors")
    assert find_app(installed.applications, visitors.id) == visitors
    assert find_app(installed.applications, "custom-scim") == visitors
    add(installed, "custom-scim", "Guests")
    with pytest.raises(NotFound, match=r"Guests, Visitors"):
        find_app(installed.applications, "custom-scim")


def test_an_unknown_application_is_answered_with_a_near_match_or_with_all(installed: Installation) -> None:
    with pytest.raises(NotFound, match=r"Did you mean Proxyclick\?"):
        find_app(installed.applications, "Proxclick")
    with pytest.raises(NotFound, match="There are: Proxyclick"):
        find_app(installed.applications, "Salesforce")


def test_an_unknown_template_is_answered_with_a_near_match(installed: Installation) -> None:
    with pytest.raises(UnknownTemplate, match="Did you mean"):
        add(installed, "proxyclik")


@pytest.mark.parametrize("named", ["User", " user "])
def test_a_role_is_found_by_its_name_in_any_letter_case(installed: Installation, named: str) -> None:
    assert find_role(installed.app, named).display_name == "User"


@pytest.mark.parametrize("named", ["Owner", "", " "])
def test_an_unknown_role_is_answered_with_those_that_there_are(installed: Installation, named: str) -> None:
    with pytest.raises(NotFound, match="Default Access"):
        find_role(installed.app, named)


def test_an_assignment_that_is_not_there_cannot_be_ended(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign_all()
    with pytest.raises(NotFound, match="directly"):
        installed.unassign("ada")
