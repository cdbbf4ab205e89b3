"""How is it said to a person how a sweep for drift stands, and what it found?"""

from collections.abc import Iterator

from instep.ledger.drift import Sample, Sweep, SweepState
from instep.rules.drift.estimate import estimate


def sweep_in_words(sweep: Sweep) -> Iterator[str]:
    """Yield sentences: how far it is, what it saw, who is gone, and why it is not further."""
    at = f"{sweep.begun_at:%Y-%m-%d %H:%M} UTC"
    match sweep.state:
        case SweepState.ENDED:
            yield f"The sweep of {at} came to its end with {_counted(sweep.requests, 'request')}."
        case SweepState.UNDER_WAY:
            yield f"The sweep of {at} is under way: {_counted(sweep.requests, 'request')} so far."
        case SweepState.BROKEN:
            yield f"The sweep of {at} could not go on: {sweep.reason}. The next one begins anew."
    yield (
        f"It saw {_counted(sweep.accounts, 'account')}: {sweep.linked:,} linked, of which {sweep.drifted:,} "
        f"differed from what was written; {sweep.unlinked:,} that no user is linked with."
    )
    if sweep.gone is not None:
        yield f"Gone from the application: {_counted(sweep.gone, 'linked account')}."
    elif sweep.state is SweepState.ENDED:
        yield f"Who is gone cannot be said: {sweep.doubt}."
    if sweep.state is SweepState.UNDER_WAY and sweep.reason is not None:
        yield f"{sweep.reason[:1].upper()}{sweep.reason[1:]}."


def sample_in_words(sample: Sample) -> Iterator[str]:
    """Yield what a sample tells of all accounts, and why it is smaller than was wanted."""
    told = estimate(sample.drifted, sample.looked_at)
    drawn = f"Of {_counted(sample.looked_at, 'account')} drawn at random {sample.taken_at:%Y-%m-%d %H:%M} UTC"
    if told is not None:
        yield (
            f"{drawn}, {sample.drifted:,} differed or were gone: about {told.share:.1%} of {sample.accounts:,} linked "
            f"accounts, and with 95 % certainty {told.low:.1%} to {told.high:.1%}."
        )
    if sample.reason is not None:
        yield f"The sample was cut short: {sample.reason}."


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"
