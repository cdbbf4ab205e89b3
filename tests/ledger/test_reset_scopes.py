"""Which words may stand after `--reset`? engine.md 11.2."""

import pytest

from instep.ledger.reset_scopes import ResetRefused, ResetScope, read_reset_scopes

PORTAL = {ResetScope.QUARANTINE_STATE, ResetScope.WATERMARK, ResetScope.ESCROWS}


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("", PORTAL),
        (" , ", PORTAL),
        ("Watermark, Escrows, QuarantineState", PORTAL),
        ("escrows,WATERMARK", {ResetScope.ESCROWS, ResetScope.WATERMARK}),
        ("Full", {ResetScope.FULL}),
        (" forcedeletes ", {ResetScope.FORCE_DELETES}),
    ],
)
def test_scopes_are_a_comma_list_in_any_order_and_case_and_none_is_the_restart_of_the_portal(
    text: str, scopes: set[ResetScope]
) -> None:
    assert read_reset_scopes(text) == scopes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("None", "start it"),
        ("Watermark,None", "not for use"),
        ("ConnectorDataStore", "use Full"),
        ("Everything", "There is no scope 'Everything'. There are: Escrows, Watermark"),
        ("Full;Escrows", "There is no scope"),
    ],
)
def test_a_word_that_nobody_should_use_or_that_is_none_is_refused_with_what_to_use(text: str, words: str) -> None:
    with pytest.raises(ResetRefused, match=words):
        read_reset_scopes(text)
