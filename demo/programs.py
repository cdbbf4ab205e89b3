"""How does the demo start the two programs, learn where they listen, and end them: these processes and no others?"""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

LOOPBACK = "127.0.0.1"
PORTS_TRIED = 50
SECONDS_TO_END = 15
BUSY = os.strerror(errno.EADDRINUSE)


class ProgramFailed(Exception):
    """A program ended by itself, or does not do its work; the message carries what it wrote to standard error."""


@dataclass(frozen=True, slots=True)
class Program:
    """A running program: `url` is where it is served."""

    name: str
    url: str
    process: "subprocess.Popen[bytes]"
    errors: Path

    def require_running(self) -> None:
        """Raise ProgramFailed if the program has ended."""
        if self.process.poll() is not None:
            raise _failed(self.name, self.process.returncode, self.errors)

    def said(self) -> str:
        """Return what the program wrote to standard error."""
        return _said(self.errors)


class Launch:
    """A program that was started on the first free port, and perhaps has not said yet where it is served."""

    def __init__(self, name: str, command: Sequence[str], first_port: int, directory: Path) -> None:
        self._name, self._command = name, command
        self._errors = directory / f"{name.lower()}.log"
        self._start(first_port)

    def served(self) -> Program:
        """Wait for the program's announcement; where another took its port meanwhile, start it on the next free one.

        Raises ProgramFailed.
        """
        while not (line := _output(self._process).readline()):
            code = self._process.wait()
            if BUSY not in _said(self._errors):  # the port may be free again by now, so it does not tell
                raise _failed(self._name, code, self._errors)
            self._start(self._port + 1)
        return Program(self._name, json.loads(line)["url"], self._process, self._errors)

    def end(self) -> None:
        """Ask the program to end, wait until it has, and kill it if it does not.

        SIGINT is what Ctrl-C would send: both programs then end in order, `instep serve` with its worker.
        """
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        _output(self._process).close()

    def _start(self, first_port: int) -> None:
        """Start the program in a session of its own, so that Ctrl-C reaches the demo alone, which then ends it."""
        self._port = _free_port(first_port)
        with self._errors.open("wb") as file:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self._command, "--port", str(self._port), "--json"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file,
                start_new_session=True,
            )


def _free_port(first: int) -> int:
    for port in range(first, first + PORTS_TRIED):
        if _is_free(port):
            return port
    raise ProgramFailed(f"No port from {first} to {first + PORTS_TRIED - 1} is free on {LOOPBACK}.")


def _is_free(port: int) -> bool:
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True


def _output(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    if process.stdout is None:
        raise RuntimeError("a program is started with its standard output piped")
    return process.stdout


def _failed(name: str, code: int, errors: Path) -> ProgramFailed:
    return ProgramFailed(f"{name} ended with exit code {code}.\n{_said(errors)}")


def _said(errors: Path) -> str:
    return errors.read_text("utf-8", "replace").strip() or "It wrote nothing to standard error."
