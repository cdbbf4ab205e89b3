"""At which locations a provisioned user is, and which is their home."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxyclick.people.multi_location import (
    AllUsers,
    Conditions,
    MultiLocationMapping,
    Placement,
    Presence,
    Provisioned,
    place,
    wanted_locations,
)

BRUSSELS, LONDON, PARIS = 1, 2, 3


def user(city: str = "", language: str = "", **attributes: Any) -> dict[str, Any]:
    addresses = [{"type": "work", "locality": city}] if city else []
    spoken = {"preferredLanguage": language} if language else {}
    return {"userName": "ada@corp.example", "addresses": addresses, **spoken, **attributes}


def into(*further: Provisioned, home: int | None = None) -> MultiLocationMapping:
    return MultiLocationMapping(BRUSSELS, further, home)


def here(location: int, *, by_mapping: bool = True, kept: bool = False) -> Presence:
    return Presence(location, by_mapping, kept)


def placed(joined: set[int] = frozenset(), left: set[int] = frozenset(), home: int = BRUSSELS) -> Placement:  # type: ignore[assignment]
    return Placement(frozenset(joined), frozenset(left), home)


def test_without_further_locations_everyone_is_at_the_main_one() -> None:
    assert wanted_locations(user("Rome"), into()) == {BRUSSELS}
    assert place(user("Rome"), into()) == placed({BRUSSELS})


def test_a_further_location_takes_all_users_where_it_is_set_so() -> None:
    assert wanted_locations(user(), into(Provisioned(LONDON, AllUsers()))) == {BRUSSELS, LONDON}


@pytest.mark.parametrize(
    ("conditions", "city", "language", "meant"),
    [
        (Conditions(cities=("London",)), "London", "", True),
        (Conditions(cities=("London",)), "  london ", "", True),
        (Conditions(cities=("São Paulo",)), "são  paulo", "", True),
        (Conditions(cities=("London", "Leeds")), "Leeds", "", True),
        (Conditions(cities=("London",)), "Londonderry", "", False),
        (Conditions(cities=("London",)), "", "", False),
        (Conditions(languages=("en",)), "", "en", True),
        (Conditions(languages=("en",)), "", "en-GB", True),
        (Conditions(languages=("en",)), "", "EN_gb", True),
        (Conditions(languages=("en-GB",)), "", "en", False),
        (Conditions(languages=("en",)), "", "enm", False),
        (Conditions(languages=("en",)), "", "da, en-gb;q=0.8", False),
        (Conditions(languages=("da",)), "", "da;q=1, en-gb;q=0.8", True),
        (Conditions(languages=("en",)), "", "", False),
        (Conditions(cities=("London",), languages=("en",)), "London", "en", True),
        (Conditions(cities=("London",), languages=("en",)), "London", "fr", False),
        (Conditions(cities=("London",), languages=("en",)), "Paris", "en", False),
        (Conditions(), "", "", True),
    ],
)
def test_conditions_ask_for_city_and_language(conditions: Conditions, city: str, language: str, meant: bool) -> None:
    found = wanted_locations(user(city, language), into(Provisioned(LONDON, conditions)))
    assert (LONDON in found) is meant


@pytest.mark.parametrize(
    ("addresses", "meant"),
    [
        ([{"type": "home", "locality": "London", "primary": True}, {"type": "work", "locality": "Paris"}], True),
        ([{"type": "home", "locality": "Paris"}, {"type": "work", "locality": "London"}], True),
        ([{"type": "home", "locality": "London"}], True),
        ([{"type": "work", "primary": True, "country": "GB"}, {"type": "home", "locality": "London"}], True),
        ([{"type": "work", "locality": "Paris"}, {"type": "home", "locality": "London"}], False),
    ],
)
def test_the_city_is_that_of_the_primary_address_then_of_the_one_for_work(
    addresses: list[dict[str, Any]], meant: bool
) -> None:
    mapping = into(Provisioned(LONDON, Conditions(cities=("London",))))
    assert (LONDON in wanted_locations(user(addresses=addresses), mapping)) is meant


def test_who_moves_leaves_the_location_that_the_mapping_gave_them() -> None:
    mapping = into(
        Provisioned(LONDON, Conditions(cities=("London",))), Provisioned(PARIS, Conditions(cities=("Paris",)))
    )
    before = [here(BRUSSELS), here(LONDON)]
    assert place(user("Paris"), mapping, before, BRUSSELS) == placed({PARIS}, {LONDON})


def test_a_location_that_an_administrator_gave_is_not_left() -> None:
    mapping = into(Provisioned(LONDON, Conditions(cities=("London",))))
    by_hand = [here(BRUSSELS), here(LONDON, by_mapping=False)]
    with_a_group = [here(BRUSSELS), here(LONDON, kept=True)]
    assert place(user("Paris"), mapping, by_hand, BRUSSELS) == placed()
    assert place(user("Paris"), mapping, with_a_group, BRUSSELS) == placed()


def test_the_home_location_is_the_main_one_unless_another_is_forced_or_was_there_before() -> None:
    everywhere = (Provisioned(LONDON), Provisioned(PARIS))
    assert place(user(), into(*everywhere)).home == BRUSSELS
    assert place(user(), into(*everywhere, home=PARIS)).home == PARIS
    assert place(user(), into(*everywhere), [here(LONDON)], LONDON).home == LONDON
    assert place(user(), into(*everywhere, home=PARIS), [here(LONDON)], LONDON).home == PARIS


def test_a_forced_home_is_not_that_of_who_is_not_there() -> None:
    mapping = into(Provisioned(PARIS, Conditions(languages=("fr",))), home=PARIS)
    assert place(user(language="fr"), mapping).home == PARIS
    assert place(user(language="en"), mapping).home == BRUSSELS


def test_who_leaves_their_home_has_the_main_location_for_home() -> None:
    mapping = into(Provisioned(LONDON, Conditions(cities=("London",))))
    assert place(user("Paris"), mapping, [here(BRUSSELS), here(LONDON)], LONDON) == placed(left={LONDON})


_wanted = st.one_of(
    st.just(AllUsers()),
    st.builds(
        Conditions,
        st.lists(st.sampled_from(["London", "Paris"]), max_size=2).map(tuple),
        st.lists(st.sampled_from(["en", "fr"]), max_size=2).map(tuple),
    ),
)
_further = st.lists(
    st.builds(Provisioned, st.sampled_from([LONDON, PARIS]), _wanted), max_size=2, unique_by=lambda each: each.location
)
_current = st.lists(
    st.builds(Presence, st.sampled_from([BRUSSELS, LONDON, PARIS, 4]), st.booleans(), st.booleans()),
    unique_by=lambda each: each.location,
)


@given(
    st.sampled_from(["", "London", "Paris"]),
    st.sampled_from(["", "en-GB", "fr"]),
    st.builds(MultiLocationMapping, st.just(BRUSSELS), _further.map(tuple), st.sampled_from([None, LONDON, PARIS])),
    _current,
    st.sampled_from([None, BRUSSELS, LONDON, PARIS]),
)
def test_placing_twice_changes_nothing_the_second_time(
    city: str, language: str, mapping: MultiLocationMapping, current: list[Presence], home: int | None
) -> None:
    someone = user(city, language)
    first = place(someone, mapping, current, home)
    stayed = [presence for presence in current if presence.location not in first.left]
    then = [*stayed, *(here(location) for location in first.joined)]
    assert wanted_locations(someone, mapping) <= {presence.location for presence in then}
    assert first.home in {presence.location for presence in then}
    assert place(someone, mapping, then, first.home) == Placement(frozenset(), frozenset(), first.home)
