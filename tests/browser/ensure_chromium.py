"""Is there a Chromium for the browser tests? Where it can be had at once, it is installed; else they are skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
UPDATE = ["apt-get", "update", "-qq"]
INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]
LONGEST_SECONDS = 300


def find_chromium() -> str | None:
    """The program, if it is on the PATH."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def ensure_chromium() -> str:
    """What to tell; it never fails, for every other test runs without a browser."""
    if find_chromium():
        return ""
    if not _may_install():
        return "Browser tests will be skipped: no Chromium on the PATH. Install the package chromium to run them."
    sys.stderr.write("Installing Chromium for the browser tests...\n")
    for command in (UPDATE, INSTALL):
        if (problem := _problem_with(command)) is not None:
            return f"Browser tests will be skipped: Chromium could not be installed ({problem})."
    return "" if find_chromium() else "Browser tests will be skipped: the package chromium brought no program."


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _problem_with(command: list[str]) -> str | None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or [f"{command[0]} ended with {done.returncode}"])[-1]


if __name__ == "__main__":
    if said := ensure_chromium():
        sys.stderr.write(f"{said}\n")
