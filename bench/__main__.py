"""Which comparison is run? `python -m bench [initial|memory|year|soak]`; without a word the first three."""

import sys
from collections.abc import Callable

from bench import initial, memory, year


def soak() -> None:
    """Run the full counts of what the tests sample."""
    from bench.soak import main as run

    if code := run([]):
        sys.exit(code)


COMMANDS: dict[str, Callable[[], None]] = {
    "initial": initial.main,
    "memory": memory.main,
    "year": year.main,
    "soak": soak,
}


def main() -> None:
    """Run the comparisons named, or those that `make bench` stands for."""
    chosen = sys.argv[1:] or ["initial", "memory", "year"]
    for name in chosen:
        if name not in COMMANDS:
            sys.exit(f"There is no comparison {name!r}. There are: {', '.join(COMMANDS)}.")
    for name in chosen:
        COMMANDS[name]()


if __name__ == "__main__":
    main()
