"""Every kind of fault, met by every operation at every moment: is everybody there once afterwards (reliability.md, 1)?

The cells are those of the tests (`tests/faults/matrix`), which try a dozen; here are all of them. What was
seen is written into docs/reference/fault-matrix.md.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULT = ROOT / "docs" / "reference" / "fault-matrix.md"
ABOUT = """# The fault matrix

{kinds} kinds of fault, each met by {operations} operations at {moments} moments: {cells} cells. A cell is an
installation of Instep and a tenant of Proxyclick (`--profile rfc`), with a proxy between them that breaks what
passes. The fault lasts for two cycles; then everything passes again, and cycles follow, a day apart, until all is
as the directory wants it.

- *Before it is sent*: the request of the operation meets the fault, and never reaches the target.
- *After its effect*: the target does what it is asked for, and the answer meets the fault; so does the next
  request.
- *Before the commit*: the target does it and says so, and the engine ends before it has recorded that. When it is
  back, its first requests meet the fault.

In each cell it is checked, after every cycle, that nobody was disabled whom nobody wanted to disable; and in the
end, that everybody has exactly one account with the right values, that the group has the right members, that the
links lead to the accounts, that nobody is left in escrow, and that a cycle without a change writes nothing.

Cells that did not end so: **{failed}** of {cells}. Written by `python -m bench faults`; `make soak` runs it, and
`make test` a dozen of them.

A number says how many cycles it took after the fault was over: 0 where all was well before it ended. ✗ is a cell
that did not end well.

{tables}
"""


def main(arguments: Sequence[str]) -> int:
    """Try all cells, and write down what came of them; return 1 if one is not as it should be."""
    ask = argparse.ArgumentParser(prog="python -m bench faults", description=__doc__)
    ask.add_argument("--from", dest="first", type=int, default=1, help="the first cell")
    ask.add_argument("--to", dest="last", type=int, default=10_000, help="the last cell")
    ask.add_argument("--keep", type=Path, help="a file of tried cells, to go on from after an interruption")
    chosen = ask.parse_args(arguments)
    tried = list(_tried(chosen))
    bad = [each for each in tried if each["problems"] or not each["was_struck"]]
    for each in bad:
        print(each)
    if (chosen.first, chosen.last) == (1, 10_000):
        RESULT.write_text(report(tried), encoding="utf-8")
    return 1 if bad else 0


def _tried(chosen: argparse.Namespace) -> Iterator[dict[str, Any]]:
    kept = chosen.keep.read_text(encoding="utf-8").splitlines() if chosen.keep and chosen.keep.exists() else []
    yield from map(json.loads, kept)
    command = [sys.executable, "-m", "faults.matrix", str(chosen.first + len(kept)), str(chosen.last)]
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {"PYTHONPATH": paths}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stdout is not None
        for line in running.stdout:
            print(line, end="", flush=True)
            if chosen.keep:
                with chosen.keep.open("a", encoding="utf-8") as file:
                    file.write(line)
            yield json.loads(line)
    if running.returncode:
        raise SystemExit(f"The cells ended with {running.returncode}.")


def report(tried: Sequence[dict[str, Any]]) -> str:
    """Return the tables as Markdown, one a moment."""
    kinds, operations, moments = (
        list(dict.fromkeys(each[name] for each in tried)) for name in ("kind", "operation", "moment")
    )
    marks: defaultdict[tuple[str, str, str], str] = defaultdict(str)
    for each in tried:
        is_well = each["was_struck"] and not each["problems"]
        marks[each["moment"], each["kind"], each["operation"]] = str(each["cycles"]) if is_well else "✗"
    lines: list[str] = []
    for moment in moments:
        lines += ["", f"## {moment.capitalize()}", "", f"| fault | {' | '.join(operations)} |"]
        lines += ["|---|" + "--:|" * len(operations)]
        lines += [
            f"| {kind} | {' | '.join(marks[moment, kind, operation] for operation in operations)} |" for kind in kinds
        ]
    return ABOUT.format(
        kinds=len(kinds),
        operations=len(operations),
        moments=len(moments),
        cells=len(tried),
        failed=sum(mark == "✗" for mark in marks.values()),
        tables="\n".join(lines).strip(),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
