"""Orders, selections, expansions and searches."""

import pytest

from instep.odata.conditions import Expansion, Order, Path, SearchTerm
from instep.odata.errors import QueryRefused
from instep.odata.options import parse_expand, parse_order, parse_search, parse_select, whole_number


def test_an_order_has_directions() -> None:
    assert parse_order("displayName desc, a/b asc,id") == (
        Order(Path(("displayName",)), True),
        Order(Path(("a", "b"))),
        Order(Path(("id",))),
    )


def test_a_selection_names_each_property_once() -> None:
    assert parse_select("id, displayName,id,a/b") == ("id", "displayName", "a")


def test_an_expansion_may_select() -> None:
    assert parse_expand("manager($select=id,displayName),memberOf") == (
        Expansion("manager", ("id", "displayName")),
        Expansion("memberOf"),
    )
    assert parse_expand("manager($levels=1;$select=id)") == (Expansion("manager", ("id",)),)


def test_a_search_is_alternatives_of_terms() -> None:
    assert parse_search('"displayName:jo n" AND "mail:jo" OR "displayName:a\\"l"') == (
        (SearchTerm("displayName", "jo n"), SearchTerm("mail", "jo")),
        (SearchTerm("displayName", 'a"l'),),
    )


@pytest.mark.parametrize("text", ["", "a b c", "a sideways", "a,,b", "1"])
def test_an_order_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="orderby"):
        parse_order(text)


@pytest.mark.parametrize("text", ["", "jo", '"jo"', '"a:"', '"a:b" "c:d"', '"a:b" AND', 'OR "a:b"', '("a:b")'])
def test_a_search_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="search"):
        parse_search(text)


@pytest.mark.parametrize("text", ["", "a(", "a($filter=b)", "a b"])
def test_an_expansion_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(QueryRefused, match="expand"):
        parse_expand(text)


def test_a_selection_that_is_none_is_refused() -> None:
    with pytest.raises(QueryRefused, match="select"):
        parse_select("id,,x y")


def test_the_size_of_a_page_has_limits() -> None:
    assert whole_number({"$top": "999"}, "$top", 1, 999, 100) == 999
    assert whole_number({}, "$top", 1, 999, 100) == 100
    for wrong in ("0", "1000", "-1", "ten", "", "9" * 30, "٣"):
        with pytest.raises(QueryRefused, match="Invalid page size specified"):
            whole_number({"$top": wrong}, "$top", 1, 999, 100)
