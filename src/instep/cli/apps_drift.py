"""The command `instep apps drift`: what do accounts say otherwise than the job has written?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.apps import AppArgument
from instep.cli.apps_run import run_in_loop
from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say
from instep.clock import to_text

if TYPE_CHECKING:
    from instep.admin.drift import Drift
    from instep.ledger.drift import Finding, Sample, Sweep

SweepOption = Annotated[
    bool, typer.Option("--sweep", help="Read on through the application first; nothing is written.")
]
RequestsOption = Annotated[
    int, typer.Option("--requests", min=1, max=1_000_000, help="With --sweep: read at most so many pages now.")
]
SampleOption = Annotated[
    int | None, typer.Option("--sample", min=1, max=100_000, help="Read so many accounts drawn at random, one by one.")
]


def drift(
    app: AppArgument,
    *,
    sweep: SweepOption = False,
    requests: RequestsOption = 100,
    sample: SampleOption = None,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Show what the sweeps through the application found: last written, there now, wanted. Nothing is changed.

    A sweep that has used up its requests goes on when the command is repeated. Exit codes: 0 done; 1 refused;
    4 the next page could not be read.
    """
    from instep.admin.applications import find_app
    from instep.admin.drift import all_findings, drift_of
    from instep.admin.drift import sweep as go_on
    from instep.admin.drift_sample import take_sample

    with open_directory(data) as instep:
        found = find_app(instep.applications, app)
        if sweep:
            run_in_loop(lambda: go_on(instep.service, found, requests))
        if sample is not None:
            run_in_loop(lambda: take_sample(instep.service, found, sample))
        for finding in all_findings(instep.service, found):
            if json:
                print_json(finding_as_document(finding))
            else:
                say(_in_words(finding))
        known = drift_of(instep.service, found)
    if json:
        print_json(_as_document(known))
    else:
        for line in _known_in_words(found.name, known):
            say(line)
    is_cut_short = sweep and known.sweep is not None and known.sweep.reason is not None
    is_sample_cut_short = sample is not None and known.sample is not None and known.sample.reason is not None
    raise typer.Exit(4 if is_cut_short or is_sample_cut_short else 0)


def finding_as_document(finding: "Finding") -> dict[str, Any]:
    """Return a finding as one JSON object; without an attribute, the account is gone."""
    return {
        "user_id": finding.user_id,
        "user": finding.user_name,
        "account_id": finding.account_id,
        "finding": "gone" if finding.is_gone else "differs",
        "attribute": None if finding.is_gone else finding.drifted.attribute,
        "written": finding.drifted.written,
        "there": finding.drifted.there,
        "wanted": finding.drifted.wanted,
        "found_at": to_text(finding.found_at) if finding.found_at else None,
    }


def _as_document(known: "Drift") -> dict[str, Any]:
    sweep = known.sweep
    document: dict[str, Any] = {"findings": known.counts.findings, "drifted_accounts": known.counts.accounts}
    sample = None if known.sample is None else sample_as_document(known.sample)
    return {**document, "sweep": None if sweep is None else sweep_as_document(sweep), "sample": sample}


def sample_as_document(sample: "Sample") -> dict[str, Any]:
    """Return a sample, with what it tells of all accounts, as one JSON object."""
    from instep.rules.drift.estimate import estimate

    told = estimate(sample.drifted, sample.looked_at)
    return {
        "taken_at": to_text(sample.taken_at),
        "accounts": sample.accounts,
        "looked_at": sample.looked_at,
        "drifted": sample.drifted,
        "gone": sample.gone,
        "requests": sample.requests,
        "share": None if told is None else told.share,
        "low": None if told is None else told.low,
        "high": None if told is None else told.high,
        "reason": sample.reason,
    }


def sweep_as_document(sweep: "Sweep") -> dict[str, Any]:
    """Return how a sweep stands as one JSON object."""
    return {
        "state": sweep.state.value,
        "begun_at": to_text(sweep.begun_at),
        "ended_at": to_text(sweep.ended_at) if sweep.ended_at else None,
        "pages": sweep.pages,
        "requests": sweep.requests,
        "accounts": sweep.accounts,
        "linked": sweep.linked,
        "unlinked": sweep.unlinked,
        "drifted": sweep.drifted,
        "gone": sweep.gone,
        "doubt": sweep.doubt,
        "reason": sweep.reason,
    }


def _in_words(finding: "Finding") -> str:
    if finding.is_gone:
        return f"{finding.user_name}'s account {finding.account_id} is gone from the application."
    of = finding.drifted
    values = f"written {_value(of.written)}, there {_value(of.there)}, wanted {_value(of.wanted)}"
    return f"{finding.user_name}'s account {finding.account_id}: {of.attribute}: {values}."


def _value(value: object) -> str:
    return "nothing" if value is None else repr(value)


def _known_in_words(app_name: str, known: "Drift") -> Iterator[str]:
    from instep.ledger.drift_wording import sample_in_words, sweep_in_words

    if known.sample is not None:
        yield from sample_in_words(known.sample)
    if known.sweep is None:
        yield f"Nobody has swept through {app_name} yet: instep apps drift '{app_name}' --sweep"
        return
    yield from sweep_in_words(known.sweep)
