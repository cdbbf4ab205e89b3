"""Kill engines, and print what came of each trial as a line of JSON.

`python -m faults.crash sqlite|postgresql SEED COUNT` runs so many random trials, `... every SEED` one at each moment.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from faults.crash.installations import Place, open_place
from faults.crash.trials import NotWhole, Trial, try_every_moment


def main(kind: str, *words: str) -> None:
    """Run the trials."""
    with tempfile.TemporaryDirectory(prefix="instep-crashes-") as name, open_place(Path(name), kind) as place:
        for line in _every(place, int(words[1])) if words[0] == "every" else _some(place, *map(int, words)):
            sys.stdout.write(json.dumps({"database": kind, **line}) + "\n")
            sys.stdout.flush()


def _some(place: Place, first: int, count: int) -> Iterator[dict[str, object]]:
    for seed in range(first, first + count):
        trial = Trial(place, seed)
        try:
            trial.run()
        except NotWhole as problem:
            yield _line(trial) | {"problem": str(problem)}
        else:
            yield _line(trial)


def _every(place: Place, seed: int) -> Iterator[dict[str, object]]:
    for trial in try_every_moment(place, seed):
        yield _line(trial)


def _line(trial: Trial) -> dict[str, object]:
    return {"seed": trial.seed, "engines": trial.engines, "kills": dict(trial.kills), "problem": None}


if __name__ == "__main__":
    main(*sys.argv[1:])
