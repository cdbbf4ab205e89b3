"""Where are applications kept, with their roles, assignments and mappings?"""

import pytest

from fakes.installation import Installation
from instep.admin.applications import add_app
from instep.directory.errors import NameTaken
from instep.gallery.templates import load_template


def test_every_kind_of_mapping_comes_back_as_it_was_added(installed: Installation) -> None:
    for template_id in ("proxyclick", "custom-scim"):
        app, template = add_app(
            installed.applications, template_id, f"My {template_id}", installed.clock, installed.new_id, "tester"
        )
        schema = installed.applications.schema(app.id)
        assert (schema.users.mappings, schema.users.targets) == (template.user_mappings, template.target_attributes)
        assert {role.display_name for role in app.roles} == {
            r.display_name for r in load_template(template_id).app_roles
        }


def test_a_name_is_given_once_in_any_letter_case(installed: Installation) -> None:
    with pytest.raises(NameTaken, match="choose another name"):
        add_app(installed.applications, "proxyclick", "PROXYCLICK", installed.clock, installed.new_id, "tester")


def test_an_assignment_is_kept_once_with_one_change(installed: Installation) -> None:
    installed.hire("ada")
    assert installed.assign("ada") is True
    assert installed.assign("ada") is False
    changes = "SELECT user_id, app_id FROM changes WHERE kind = 'assigned'"
    assert installed.rows(changes) == [("ada", installed.app.id)]


def test_a_user_can_hold_several_roles_and_loses_all_of_them_at_once(installed: Installation) -> None:
    installed.hire("ada")
    installed.assign("ada")
    installed.assign("ada", "Default Access")
    assert len(installed.applications.assignments(installed.app.id)) == 2
    installed.unassign("ada")
    assert installed.applications.assignments(installed.app.id) == []
    assert installed.rows("SELECT count(*) FROM changes WHERE kind = 'unassigned'") == [(1,)]
