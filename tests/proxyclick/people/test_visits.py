"""The status flow of a visit."""

import pytest

from proxyclick.people.visits import WITH_ON_SITE, WITHOUT_ON_SITE, StatusFlow, VisitStatus, following

EXPECTED, ON_SITE, CHECKED_IN, CHECKED_OUT = VisitStatus


@pytest.mark.parametrize(
    ("flow", "status", "then"),
    [
        (WITHOUT_ON_SITE, EXPECTED, (CHECKED_IN,)),
        (WITHOUT_ON_SITE, CHECKED_IN, (CHECKED_OUT,)),
        (WITHOUT_ON_SITE, CHECKED_OUT, ()),
        (WITH_ON_SITE, EXPECTED, (ON_SITE, CHECKED_IN)),
        (WITH_ON_SITE, ON_SITE, (CHECKED_IN,)),
        (WITH_ON_SITE, CHECKED_IN, (CHECKED_OUT,)),
        (WITH_ON_SITE, CHECKED_OUT, ()),
    ],
)
def test_a_visit_goes_forward_only(flow: StatusFlow, status: VisitStatus, then: tuple[VisitStatus, ...]) -> None:
    assert following(status, flow) == then


def test_who_was_on_site_when_that_was_switched_off_can_still_be_checked_in() -> None:
    assert following(ON_SITE, WITHOUT_ON_SITE) == (CHECKED_IN,)
