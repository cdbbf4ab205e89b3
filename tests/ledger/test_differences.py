"""Where do two documents differ?"""

from instep.ledger.differences import Difference, differences


def test_values_are_told_by_where_they_stand() -> None:
    old = {"scope": "all", "budget": {"removals": 20, "creates": None}}
    new = {"scope": "assigned", "budget": {"removals": 20, "creates": 5}}
    assert list(differences(old, new)) == [
        Difference("scope", "all", "assigned"),
        Difference("budget › creates", None, 5),
    ]


def test_things_of_a_list_are_told_apart_by_their_names_whatever_their_order() -> None:
    old = {"mappings": [{"target": "title", "source": "jobTitle"}, {"target": "active", "source": "x"}]}
    new = {"mappings": [{"target": "active", "source": "x"}, {"target": "title", "source": "city"}]}
    assert list(differences(old, new)) == [Difference("mappings › title › source", "jobTitle", "city")]


def test_what_came_or_went_is_told_whole() -> None:
    assert list(differences({"a": 1}, {"b": [1, 2]})) == [Difference("a", 1, None), Difference("b", None, [1, 2])]


def test_the_same_differs_nowhere() -> None:
    document = {"a": [1, {"b": 2}], "c": [{"name": "x"}, {"name": "x"}]}
    assert list(differences(document, document)) == []
