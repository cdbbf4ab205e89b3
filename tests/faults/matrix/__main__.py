"""Try cells of the matrix, and print each as a line of JSON: `python -m faults.matrix [FROM TO]`, numbered from 1."""

import json
import sys
import tempfile
from pathlib import Path

from fakes.served_tenant import served_tenant
from faults.matrix.cells import Tried, all_cells, try_out
from faults.matrix.kinds import KINDS
from faults.matrix.roads import Roads


def main(first: int, last: int) -> None:
    """Try the cells from `first` to `last`."""
    with tempfile.TemporaryDirectory(prefix="instep-faults-") as name:
        folder = Path(name)
        with served_tenant(folder / "tenant", "rfc") as tenant:
            roads = Roads(folder)
            for cell in all_cells(KINDS)[first - 1 : last]:
                sys.stdout.write(line(try_out(cell, tenant, roads, folder / str(cell.number))) + "\n")
                sys.stdout.flush()


def line(tried: Tried) -> str:
    """Return what was seen of a cell as JSON."""
    cell = tried.cell
    named = {"number": cell.number, "kind": cell.kind.name, "operation": cell.operation, "moment": cell.moment}
    seen = {"cycles": tried.cycles, "was_struck": tried.was_struck, "problems": tried.problems}
    return json.dumps(named | seen)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:] or ("1", str(len(all_cells(KINDS))))))
