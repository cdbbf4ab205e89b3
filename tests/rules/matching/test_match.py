"""Which of the accounts that were read is this user's? (engine.md 2.2)"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.matching.match import Account, Ambiguous, LinkedToAnother, Match, Matched, NoMatch, match

A, B = Account("a", {"userName": "ada"}), Account("b", {"userName": "ada"})

TABLE = [
    # found, by precedence                         owners        outcome
    ([], {}, NoMatch()),
    ([("userName", [])], {}, NoMatch()),
    ([("userName", [A])], {}, Matched(A, "userName")),
    ([("userName", [A])], {"a": "me"}, Matched(A, "userName")),
    ([("userName", [A])], {"a": "bob"}, LinkedToAnother(A, "userName", "bob")),
    ([("userName", [A, B])], {}, Ambiguous((A, B), "userName")),
    ([("userName", [A, B])], {"a": "me"}, Ambiguous((A, B), "userName")),
    ([("userName", []), ("externalId", [B])], {}, Matched(B, "externalId")),
    ([("userName", [A]), ("externalId", [B])], {}, Matched(A, "userName")),
    ([("userName", [A]), ("externalId", [B])], {"a": "bob"}, LinkedToAnother(A, "userName", "bob")),
    ([("userName", [A]), ("externalId", [A, B])], {}, Matched(A, "userName")),
]


@pytest.mark.parametrize(("found", "owners", "outcome"), TABLE)
def test_the_first_attribute_with_an_account_decides(
    found: list[tuple[str, list[Account]]], owners: dict[str, str], outcome: Match
) -> None:
    assert match("me", found, owners) == outcome


ACCOUNTS = st.lists(st.sampled_from([A, B, Account("c", {})]), unique_by=lambda account: account.id, max_size=3)


@given(
    st.lists(st.tuples(st.sampled_from(["userName", "externalId"]), ACCOUNTS), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.sampled_from(["me", "bob"])),
)
def test_an_account_of_another_user_is_never_matched(
    found: list[tuple[str, list[Account]]], owners: dict[str, str]
) -> None:
    outcome = match("me", found, owners)
    if isinstance(outcome, Matched):
        assert owners.get(outcome.account.id, "me") == "me"
