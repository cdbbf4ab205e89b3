"""The command `instep serve`: the service that lets the accounts follow the directory from then on."""

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from instep.cli.directory import DataOption, JsonOption, open_directory, print_json, say, say_on_stderr

if TYPE_CHECKING:
    from instep.ledger.cycles import CycleSummary
    from instep.ledger.jobs import Job
    from instep.runtime.durable import DurableCycles
    from instep.runtime.pulse import Pulse
    from instep.runtime.worker import Worker
    from instep.wiring import Instep

CONSOLE = "instep.console.app:create_app"  # by name: the skins do not know each other
API = "instep.api.app:api_routes"
DEFAULT_PORT = 8480
REQUESTS_END_WITHIN_SECONDS = 3


def serve(
    *,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = DEFAULT_PORT,
    data: DataOption = None,
    json: JsonOption = False,
) -> None:
    """Serve the admin center on loopback, and run every started job: after its interval, or when the directory changes.

    The cycles run in a process of their own, which is started again should it end. GET /healthz answers 200 while
    the database can be read and that process works, else 503. As long as nobody can sign in, a one-time link is
    printed that makes the first administrator.
    """
    _log_to_stderr()
    listener = _listen(port)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with open_directory(data) as instep:
        link = _first_sign_in(instep, url)
        _serve(instep, listener, lambda: _announce(url, link, "json" if json else "text"))


def worker(*, data: DataOption = None) -> None:
    """Run the started jobs until standard input ends (started by `instep serve`)."""
    from instep.cli.apps_run import run_in_loop

    _log_to_stderr()
    with open_directory(data) as instep:
        run_in_loop(lambda: _work(instep))


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        why = "is used by another program" if taken else f"cannot be used: {error.strerror}"
        say_on_stderr(f"The port {port} {why}. Choose another with --port; --port 0 takes a free one.")
        raise typer.Exit(1) from None


def _serve(instep: "Instep", listener: socket.socket, announce: Callable[[], None]) -> None:
    import uvicorn
    from uvicorn.importer import import_from_string

    from instep.runtime.supervision import Supervisor

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                announce()

    supervisor = Supervisor(_worker_command(instep.settings.data_directory))
    try:
        app: Any = import_from_string(CONSOLE)(instep, supervisor.health)
        app.router.routes[:0] = import_from_string(API)(instep)
        server = Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=REQUESTS_END_WITHIN_SECONDS,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):  # also once uvicorn, at its end, gives a signal back
            signal.signal(number, server.handle_exit)
        server.run([listener])
    finally:
        supervisor.stop()


def _worker_command(directory: Path) -> list[str]:
    return [sys.executable, "-m", "instep.cli.main", "worker", "--data", str(directory)]


async def _work(instep: "Instep") -> None:
    from instep.runtime.ending import Ending

    ending = Ending()

    def tell(pulse: "Pulse") -> None:
        try:
            print(pulse.as_line(), flush=True)  # noqa: T201
        except BrokenPipeError:
            ending.begin()

    postman = instep.postman()
    async with asyncio.TaskGroup() as group:
        delivering = None if postman is None else group.create_task(postman.run_until(ending.stopped))
        await _worker(instep, tell).run_until(ending.stopped)
        if delivering is not None:
            delivering.cancel()


def _worker(instep: "Instep", tell: "Callable[[Pulse], None]") -> "Worker":
    from instep.admin.applications import find_app
    from instep.admin.ports import JobIsRunning
    from instep.admin.provisioning import provision_started
    from instep.ledger.cycles import CycleState
    from instep.runtime.durable import DurableCycles
    from instep.runtime.worker import CannotRun, Work, Worker
    from instep.store.database import make_sqlite_file
    from instep.wiring import REFUSALS

    async def run(job: "Job") -> "CycleSummary":
        try:
            return await provision_started(instep.service, find_app(instep.applications, job.app_id))
        except JobIsRunning:
            raise
        except REFUSALS as refusal:
            raise CannotRun(str(refusal)) from refusal

    def is_unfinished(job: "Job") -> bool:
        return any(
            cycle.state in (CycleState.RUNNING, CycleState.INTERRUPTED) for cycle in instep.jobs.last_cycles(job, 1)
        )

    workflows = instep.settings.workflows_path
    make_sqlite_file(workflows)
    runner = DurableCycles(f"sqlite:///{workflows}")
    work = Work(instep.jobs.all, instep.jobs.head, is_unfinished, run, instep.clock, tell, runner)
    return Worker(work, _housekeeping(instep, runner))


def _housekeeping(instep: "Instep", runner: "DurableCycles") -> Any:
    from instep.admin.imports import Importing, finish_imports
    from instep.admin.retention import prune
    from instep.admin.users import purge_expired
    from instep.directory.errors import ImportRunning
    from instep.runtime.housekeeping import Chore, Housekeeping

    def finish() -> None:
        finish_imports(Importing(instep.directory, instep.clock, instep.new_id))

    def purge() -> None:
        purge_expired(instep.directory, instep.clock())

    def prune_logs() -> None:
        for _ in prune(instep.jobs, instep.jobs.all(), instep.clock):
            pass

    return Housekeeping(
        [
            Chore("finish interrupted imports", finish, (ImportRunning,)),
            Chore("empty the recycle bin", purge),
            Chore("prune the provisioning log", prune_logs),
            Chore("forget the workflows of ended cycles", lambda: runner.forget(instep.clock())),
        ]
    )


def _first_sign_in(instep: "Instep", url: str) -> str | None:
    """Return where somebody becomes the first administrator; None where there is one."""
    from instep.access.links import link_address
    from instep.admin.access.welcoming import first_link

    secret = first_link(instep.access)
    return None if secret is None else link_address(instep.settings.console_url or url, secret)


def _announce(url: str, link: str | None, form: str) -> None:
    if form == "json":
        print_json({"url": url, "healthz": f"{url}/healthz", **({} if link is None else {"first_sign_in": link})})
    else:
        say(f"Instep is served at {url}")
        if link is not None:
            say("Nobody can sign in yet. Whoever opens this, within 7 days, becomes the first Global Administrator:")
            say(f"  {link}")
    sys.stdout.flush()


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
