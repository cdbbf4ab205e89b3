"""What does a sweep through a target find, page by page, and what does it keep?"""

import asyncio

import pytest

from fakes.installation import Installation
from instep.admin.drift import all_findings, drift_of, findings_of, sweep
from instep.admin.drift_sample import take_sample
from instep.admin.ports import DriftQuery, JobIsRunning
from instep.ledger.drift import Finding, Sweep, SweepState
from instep.ledger.drift_wording import sample_in_words


@pytest.fixture
def company(installed: Installation) -> Installation:
    """Five people with accounts, listed two a page."""
    for user_id in ("ada", "bo", "cy", "dan", "eve"):
        installed.hire(user_id, jobTitle="Engineer")
    installed.assign_all()
    installed.settle(switches={"page_size": "2"})
    installed.cycle()
    installed.wait(hours=1)
    return installed


def sweeps(company: Installation, requests: int = 100) -> Sweep:
    return asyncio.run(sweep(company.service, company.app, requests))


def found(company: Installation) -> list[Finding]:
    return list(all_findings(company.service, company.app))


def account_id(company: Installation, user_id: str) -> str:
    link = company.jobs.link(company.job, user_id)
    assert link is not None
    return link.account_id


def test_nothing_has_drifted_where_nobody_has_changed_anything(company: Installation) -> None:
    ended = sweeps(company)
    assert (ended.state, ended.accounts, ended.linked, ended.unlinked) == (SweepState.ENDED, 5, 5, 0)
    assert (ended.drifted, ended.gone, ended.pages, ended.requests) == (0, 0, 3, 3)
    assert found(company) == []


def test_what_differs_is_told_with_its_three_values(company: Installation) -> None:
    company.target.accounts[account_id(company, "bo")]["title"] = "Captain"
    company.change("bo", jobTitle="Admiral")
    assert sweeps(company).drifted == 1
    (finding,) = found(company)
    assert (finding.user_id, finding.drifted.attribute) == ("bo", "title")
    assert (finding.drifted.written, finding.drifted.there, finding.drifted.wanted) == (
        "Engineer",
        "Captain",
        "Admiral",
    )
    assert drift_of(company.service, company.app).counts.by_attribute == {"title": 1}


def test_a_sweep_goes_on_where_its_requests_were_used_up(company: Installation) -> None:
    company.target.accounts[account_id(company, "eve")]["title"] = "Captain"
    first = sweeps(company, 1)
    assert (first.state, first.accounts, first.requests) == (SweepState.UNDER_WAY, 2, 1)
    second = sweeps(company, 1)
    assert (second.state, second.accounts, second.begun_at) == (SweepState.UNDER_WAY, 4, first.begun_at)
    last = sweeps(company, 1)
    assert (last.state, last.accounts, last.drifted) == (SweepState.ENDED, 5, 1)
    assert len(found(company)) == 1


def test_who_is_gone_and_who_is_nobodys_is_counted_and_the_gone_are_named(company: Installation) -> None:
    identifier = account_id(company, "cy")
    stranger = company.target.accounts.pop(identifier)
    company.target.accounts["99"] = {**stranger, "id": "99", "userName": "stranger@corp.example"}
    ended = sweeps(company)
    assert (ended.gone, ended.unlinked, ended.linked) == (1, 1, 4)
    (finding,) = found(company)
    assert (finding.is_gone, finding.user_id, finding.account_id) == (True, "cy", identifier)


def test_what_was_put_right_is_forgotten_by_the_next_sweep(company: Installation) -> None:
    account = company.target.accounts[account_id(company, "bo")]
    account["title"] = "Captain"
    sweeps(company)
    account["title"] = "Engineer"
    sweeps(company)
    assert found(company) == []


def test_findings_are_found_by_attribute_and_name_and_page_by_page(company: Installation) -> None:
    for user_id in ("ada", "bo", "cy"):
        company.target.accounts[account_id(company, user_id)]["title"] = "Captain"
    sweeps(company)

    def names(query: DriftQuery) -> list[str]:
        return [each.user_id for each in findings_of(company.service, company.app, query)]

    assert sorted(names(DriftQuery())) == ["ada", "bo", "cy"]
    assert names(DriftQuery(text="BO@")) == ["bo"]
    assert names(DriftQuery(attribute="userName")) == []
    (first,) = findings_of(company.service, company.app, DriftQuery(limit=1))
    assert len(names(DriftQuery(after=first.place))) == 2


def test_no_sweep_reads_while_a_cycle_runs(company: Installation) -> None:
    with company.jobs.lease(company.job), pytest.raises(JobIsRunning):
        sweeps(company)
    assert company.service.drifts.sweep(company.job) is None


def test_what_is_known_of_drift_goes_with_the_job(company: Installation) -> None:
    company.target.accounts[account_id(company, "bo")]["title"] = "Captain"
    sweeps(company)
    job = company.job
    company.jobs.delete(job, company.now, "root")
    assert company.service.drifts.sweep(job) is None
    assert company.service.drifts.counts(job).findings == 0


def test_a_sample_tells_how_many_of_all_have_drifted(company: Installation) -> None:
    company.target.accounts[account_id(company, "bo")]["title"] = "Captain"
    del company.target.accounts[account_id(company, "cy")]
    taken = asyncio.run(take_sample(company.service, company.app, 100))
    assert (taken.accounts, taken.looked_at, taken.drifted, taken.gone) == (5, 5, 2, 1)
    assert (taken.requests, taken.reason) == (5, None)
    assert drift_of(company.service, company.app).sample == taken
    told = list(sample_in_words(taken))
    assert told == [
        "Of 5 accounts drawn at random 2026-03-02 09:00 UTC, 2 differed or were gone: about 40.0% of 5 linked "
        "accounts, and with 95 % certainty 11.8% to 76.9%."
    ]


def test_a_sample_is_no_larger_than_was_wanted_and_writes_nothing(company: Installation) -> None:
    before = len([each for each in company.target.sent if each.method != "GET"])
    taken = asyncio.run(take_sample(company.service, company.app, 2))
    assert (taken.looked_at, taken.requests, taken.drifted) == (2, 2, 0)
    assert len([each for each in company.target.sent if each.method != "GET"]) == before
    assert company.cycle().counts.requests == {}
