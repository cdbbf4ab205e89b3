"""When do so many fail that the job is held back? engine.md 6.1, line by line, with Entra's numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from instep.rules.health.quarantine import (
    DEFAULT_THRESHOLDS,
    ENTRA,
    Events,
    QuarantineReason,
    Thresholds,
    exceeded,
    is_reference_failure,
    minimum_of,
)

BASE, TOTAL = QuarantineReason.BASE_ESCROW_THRESHOLD, QuarantineReason.TOTAL_ESCROW_THRESHOLD
PROPORTION = QuarantineReason.ESCROW_PROPORTION_THRESHOLD


def of(failures: int, succeeded: int = 0, references: int = 0) -> Events:
    """A cycle with so many failures, successes, and failures of references beside them."""
    return Events(failures + references + succeeded, failures + references, references)


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param(of(4_000), None, id="4,000 fail: no"),
        pytest.param(of(30_000, 5_000), PROPORTION, id="30k fail + 5k ok: yes"),
        pytest.param(of(20_000, 100_000), None, id="20k fail + 100k ok: no"),
        pytest.param(of(45_000), BASE, id="45k fail: yes"),
        pytest.param(of(45_000, 500_000), BASE, id="45k fail, whatever else goes well: yes"),
        pytest.param(of(40_000, references=21_000), TOTAL, id="40k + 21k reference: yes"),
        pytest.param(of(40_000, 500_000, 21_000), TOTAL, id="40k + 21k reference, whatever else goes well: yes"),
    ],
)
def test_the_worked_examples_of_the_documentation(events: Events, reason: QuarantineReason | None) -> None:
    assert exceeded(ENTRA, events) is reason


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param(of(4_999), None, id="never below 5,000 failures"),
        pytest.param(of(5_000), PROPORTION, id="from 5,000 on"),
        pytest.param(of(8_000, 12_000), None, id="40 % is not more than 40 %"),
        pytest.param(of(8_001, 12_000), PROPORTION, id="a hair more than 40 %"),
        pytest.param(of(40_000, 100_000), None, id="40,000 is not more than 40,000"),
        pytest.param(of(40_001, 100_000), BASE, id="40,001 is"),
        pytest.param(of(40_000, 100_000, references=20_000), None, id="60,000 does not exceed 60,000"),
        pytest.param(of(40_000, 100_000, references=20_001), TOTAL, id="60,001 does"),
        pytest.param(of(0, 0, references=59_000), None, id="reference failures count neither for 40 % nor for 40,000"),
        pytest.param(of(0, 0, references=60_001), TOTAL, id="but for 60,000"),
    ],
)
def test_the_boundaries_are_at_least_5000_more_than_40_percent_more_than_40000_and_more_than_60000(
    events: Events, reason: QuarantineReason | None
) -> None:
    assert exceeded(ENTRA, events) is reason


@pytest.mark.parametrize(
    ("accounts", "minimum"),
    [(0, 20), (60, 20), (100, 20), (300, 60), (1_000, 200), (24_999, 4_999), (25_000, 5_000), (300_000, 5_000)],
)
def test_without_a_setting_the_minimum_is_a_fifth_of_the_accounts_at_least_20_and_at_most_entras(
    accounts: int, minimum: int
) -> None:
    assert minimum_of(DEFAULT_THRESHOLDS, accounts) == minimum
    assert minimum_of(Thresholds(minimum=7), accounts) == 7


def test_a_company_of_300_is_held_back_when_130_of_them_fail_and_not_when_20_new_ones_do() -> None:
    assert exceeded(DEFAULT_THRESHOLDS, Events(300, 130, 0, 0)) is PROPORTION
    assert exceeded(DEFAULT_THRESHOLDS, Events(300, 120, 0, 0)) is None, "40 % is not more than 40 %"
    assert exceeded(DEFAULT_THRESHOLDS, Events(20, 20, 0, 300)) is None
    assert exceeded(ENTRA, Events(300, 300)) is None, "Entra would not notice"


def test_the_reasons_have_the_words_of_graph() -> None:
    assert {reason.value for reason in QuarantineReason} == {
        "EncounteredBaseEscrowThreshold",
        "EncounteredTotalEscrowThreshold",
        "EncounteredEscrowProportionThreshold",
        "EncounteredQuarantineException",
        "TooManyDeletes",
        "QuarantinedOnDemand",
        "Unknown",
    }


def test_a_reference_that_cannot_be_resolved_is_told_from_other_failures_by_its_code() -> None:
    assert is_reference_failure("UnableToResolveReferenceAttributeValue")
    assert not is_reference_failure("EntryConflict")


numbers = st.integers(0, 200_000)


@given(numbers, numbers, numbers, st.integers(1, 5_000), st.integers(0, 100))
def test_more_failures_never_lift_what_fewer_impose(
    failures: int, references: int, more: int, minimum: int, percent: int
) -> None:
    thresholds = Thresholds(minimum, percent)
    total = failures + references + more + 1_000
    if exceeded(thresholds, Events(total, failures + references, references)) is not None:
        assert exceeded(thresholds, Events(total, failures + references + more, references)) is not None
