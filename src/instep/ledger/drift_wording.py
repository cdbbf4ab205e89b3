"""How is it said to a person how a sweep for drift stands, and what it found?"""

from collections.abc import Iterator

from instep.ledger.drift import Sweep, SweepState


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


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"
