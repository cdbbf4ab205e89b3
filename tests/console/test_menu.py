"""Does everyone see the menu of what they may, with the place where they are?"""

import pytest

from instep.access.roles import Permission
from instep.console.menu import MENU, menu_of, place_in_menu


def test_an_entry_is_seen_by_whoever_has_its_permission() -> None:
    assert list(menu_of(lambda _: True)) == list(MENU)
    assert list(menu_of(lambda _: False)) == []
    (home, applications) = menu_of(lambda permission: permission is Permission.READ_REPORTS)
    assert [entry.title for entry in home.entries] == ["Home"]
    assert [entry.title for entry in applications.entries] == ["Enterprise applications", "Provisioning logs"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "/"),
        ("/users", "/users"),
        ("/users/42", "/users"),
        ("/users/deleted", "/users/deleted"),
        ("/usersandmore", ""),
        ("/apps/7/provisioning/held", "/apps"),
        ("/sign-in", ""),
    ],
)
def test_a_page_belongs_to_the_entry_that_it_lies_under(path: str, place: str) -> None:
    assert place_in_menu(path) == place
