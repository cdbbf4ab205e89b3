"""Which comparison is run? `python -m bench [mapping|initial|memory|year]`; without a word these four; or `databases`.

`python -m bench kills|lies|expressions|groups|hostile|delta|faults|crashes [OPTION...]` runs one of the counts that the
tests sample, `soak` all of them; `python -m bench tenant [USERS]` loads the tenant, with wrk; `python -m bench console
[DIR]` asks for every page of the admin center, `api` for the API's lists, `inbound` for the filters of identity
providers, and `throttle` goes into a limited target. `scale DIR` takes the company of 2002 through, and `revocation`
counts how long leavers of a large first cycle keep their accounts; `workers` shares eight jobs out on PostgreSQL.
"""

import sys
from collections.abc import Callable, Sequence

from bench import (
    api,
    console,
    crashes,
    databases,
    delta,
    expressions,
    faults,
    groups,
    hostile,
    inbound,
    initial,
    lies,
    mapping,
    memory,
    revocation,
    scale,
    soak,
    tenant,
    throttle,
    workers,
    year,
)

COMPARISONS: dict[str, Callable[[], None]] = {
    "mapping": mapping.main,
    "initial": initial.main,
    "memory": memory.main,
    "year": year.main,
    "databases": databases.main,
}
_USUAL = ("mapping", "initial", "memory", "year")
COUNTS: dict[str, Callable[[Sequence[str]], int]] = {
    "kills": soak.main,
    "lies": lies.main,
    "expressions": expressions.main,
    "groups": groups.main,
    "hostile": hostile.main,
    "delta": delta.main,
    "faults": faults.main,
    "crashes": crashes.main,
}
ALONE: dict[str, Callable[[Sequence[str]], int]] = {
    "tenant": tenant.main,
    "console": console.main,
    "api": api.main,
    "inbound": inbound.main,
    "throttle": throttle.main,
    "scale": scale.main,
    "revocation": revocation.main,
    "workers": workers.main,
}


def main() -> int:
    """Run a full count with its options, or the comparisons named, or those that `make bench` stands for."""
    chosen = sys.argv[1:] or list(_USUAL)
    if chosen[0] in ALONE:
        return ALONE[chosen[0]](chosen[1:])
    if chosen[0] in COUNTS:
        return COUNTS[chosen[0]](chosen[1:])
    if chosen == ["soak"]:
        return max(count([]) for count in COUNTS.values())
    for name in chosen:
        if name not in COMPARISONS:
            sys.exit(
                f"There is no comparison {name!r}. There are: {', '.join([*COMPARISONS, *COUNTS, *ALONE, 'soak'])}."
            )
    for name in chosen:
        COMPARISONS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
