"""The command `instep serve`: the service that lets the accounts follow the directory from then on."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say, say_on_stderr

if TYPE_CHECKING:
    from instep.ledger.cycles import CycleSummary
    from instep.ledger.jobs import Job
    from instep.wiring import Instep

CONSOLE = "instep.console.app:create_app"  # by name: the skins do not know each other
DEFAULT_PORT = 8480


def serve(
    *,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = DEFAULT_PORT,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Serve the status page on loopback, and run every started job: when its interval is over or the directory changes.

    The cycles run in a process of their own. GET /healthz answers 200 while both processes work.
    """
    with open_directory(data) as instep:
        directory = instep.settings.data_directory
    try:
        listener = socket.create_server(("127.0.0.1", port), reuse_port=False)
    except OSError as error:
        say_on_stderr(
            f"The port {port} cannot be used: {error.strerror}. Choose another with --port, or 0 for a free one."
        )
        raise typer.Exit(1) from None
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    worker_process = _start_worker(directory)
    try:
        _serve_pages(listener, directory, worker_process, lambda: _announce(url, "json" if json else "text"))
    finally:
        _end(worker_process)


def worker(*, data: DataOption = None) -> None:
    """Run the started jobs until standard input ends (started by `instep serve`)."""
    from instep.cli.apps_run import run_in_loop

    _log_to_stderr()
    with open_directory(data) as instep:
        run_in_loop(lambda: _work(instep))


async def _work(instep: "Instep") -> None:
    from instep.admin.applications import find_app
    from instep.admin.imports import Importing, finish_imports
    from instep.admin.provisioning import provision
    from instep.admin.users import purge_expired
    from instep.cycle.conductor import Retries
    from instep.runtime.worker import Work, Worker

    async def run(job: "Job") -> "CycleSummary":
        return await provision(instep.service, find_app(instep.applications, job.app_id), retries=Retries.DUE)

    def keep_house() -> None:
        finish_imports(Importing(instep.directory, instep.clock, instep.new_id))
        purge_expired(instep.directory, instep.clock())

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await loop.connect_read_pipe(lambda: _EndOfInput(stopped), sys.stdin)
    work = Work(instep.jobs.all, instep.jobs.head, run, keep_house, instep.clock)
    await Worker(work).run_until(stopped)


class _EndOfInput(asyncio.Protocol):
    """The parent's end of the pipe closes when the parent ends, however it ends."""

    def __init__(self, stopped: asyncio.Event) -> None:
        self._stopped = stopped

    def eof_received(self) -> None:
        self._stopped.set()

    def connection_lost(self, _error: Exception | None) -> None:
        self._stopped.set()


def _start_worker(directory: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "instep.cli.main", "worker", "--data", str(directory)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def _serve_pages(
    listener: socket.socket, directory: Path, worker_process: "subprocess.Popen[bytes]", ready: Any
) -> None:
    import uvicorn

    os.environ["INSTEP_DATA_DIRECTORY"] = str(directory)
    os.environ["INSTEP_WORKER_PID"] = str(worker_process.pid)

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            ready()

    Server(uvicorn.Config(CONSOLE, factory=True, log_level="warning", access_log=False)).run([listener])


def _announce(url: str, form: str) -> None:
    if form == "json":
        print_json({"url": url, "healthz": f"{url}/healthz"})
    else:
        say(f"Instep is served at {url}")
    sys.stdout.flush()


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _log_to_stderr() -> None:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
