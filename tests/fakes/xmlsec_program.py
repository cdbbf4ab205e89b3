"""Is there xmlsec1, with which pysaml2 signs? Where it can be had at once, it is installed; else tests are skipped."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

UPDATE = ["apt-get", "update", "-qq"]
INSTALL = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "xmlsec1"]
LONGEST_SECONDS = 120


def xmlsec_program() -> str:
    """The program; where there is none, and none can be installed, the test is skipped and says so."""
    if found := shutil.which("xmlsec1") or _installed():
        return found
    pytest.skip("no xmlsec1 on the PATH: install the package xmlsec1 to try pysaml2")


@cache
def _installed() -> str | None:
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists() or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (UPDATE, INSTALL):
        try:
            subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True, timeout=LONGEST_SECONDS)
        except (OSError, subprocess.SubprocessError):
            return None
    return shutil.which("xmlsec1")
