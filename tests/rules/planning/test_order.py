"""Who is created before whom?"""

from hypothesis import given
from hypothesis import strategies as st

from instep.rules.planning.order import levels

IDS = st.sampled_from("abcdefghij")
COMPANIES = st.dictionaries(IDS, st.none() | IDS)


def test_managers_stand_before_their_reports_level_by_level() -> None:
    assert levels({"chief": None, "ann": "chief", "bob": "chief", "cas": "ann"}) == [["chief"], ["ann", "bob"], ["cas"]]


def test_a_manager_who_is_not_among_them_keeps_nobody_waiting() -> None:
    assert levels({"ann": "somebody else", "bob": "ann"}) == [["ann"], ["bob"]]


def test_a_cycle_is_cut_at_its_smallest_id() -> None:
    assert levels({"bob": "ann", "cas": "bob", "ann": "cas", "dan": "cas"}) == [["ann"], ["bob"], ["cas"], ["dan"]]


def test_whoever_is_their_own_manager_stands_alone() -> None:
    assert levels({"ann": "ann"}) == [["ann"]]


@given(COMPANIES)
def test_everyone_stands_in_exactly_one_level(company: dict[str, str | None]) -> None:
    assert sorted(user for level in levels(company) for user in level) == sorted(company)


@given(COMPANIES)
def test_only_one_member_of_each_cycle_stands_before_their_manager(company: dict[str, str | None]) -> None:
    place = {user: number for number, level in enumerate(levels(company)) for user in level}
    early = {u for u, manager in company.items() if manager in place and place[u] <= place[manager]}
    assert len(early) == number_of_cycles(company)
    assert all(is_in_a_cycle(company, user) for user in early)


def number_of_cycles(company: dict[str, str | None]) -> int:
    return len({frozenset(way_up(company, u)) for u in company if is_in_a_cycle(company, u)})


def is_in_a_cycle(company: dict[str, str | None], user: str) -> bool:
    return user in way_up(company, user)


def way_up(company: dict[str, str | None], user: str) -> list[str]:
    """The managers above someone, each once."""
    above: list[str] = []
    manager = company.get(user)
    while manager is not None and manager not in above:
        above.append(manager)
        manager = company.get(manager)
    return above
