"""`make demo`: both programs, a sample organisation, its accounts, and how they follow. DEMO=once ends after that."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from demo.display import Display
from demo.programs import Launch, Program, ProgramFailed

PROXYCLICK_PORT, INSTEP_PORT = 8420, 8480
DATA = Path(__file__).parents[1] / ".demo"
FAILED = 1
LOOK_EVERY_SECONDS = 0.5


def main() -> int:
    """Run the demo and return its exit code: 0, or 1 where one of the programs failed."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    display = Display()
    try:
        with _fresh_directory() as data, ExitStack() as ending:
            programs = _perform(display, data, ending)
            if os.environ.get("DEMO") != "once":
                display.line("\nBoth programs go on running. Ctrl-C ends them.")
                _wait(programs)
    except ProgramFailed as failure:
        print(f"The demo failed: {failure}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        display.line("\nBoth programs have ended.")
    return 0


def _perform(display: Display, data: Path, ending: ExitStack) -> list[Program]:
    """Play the whole story; what was started ends with `ending`, also where something fails on the way."""
    display.line("Starting instep serve and proxyclick serve ...")
    instep_data, tenant_data = data / "instep", data / "proxyclick"
    instep_launch = Launch("Instep", ["instep.cli.main", "serve", "--data", str(instep_data)], INSTEP_PORT, data)
    ending.callback(instep_launch.end)
    tenant_launch = Launch("Proxyclick", ["proxyclick.cli", "serve", "--data", str(tenant_data)], PROXYCLICK_PORT, data)
    ending.callback(tenant_launch.end)

    # Imported while the programs start: that is most of the demo's time.
    from demo import story
    from demo.tenant import install_for_demo, sign_in_link
    from instep.wiring import REFUSALS, open_instep

    served, proxyclick = instep_launch.served(), tenant_launch.served()
    programs = [served, proxyclick]
    try:
        with open_instep(instep_data) as instep:
            tenant = install_for_demo(tenant_data)
            stage = story.prepare_directory(display, instep)
            story.provision_everyone(stage, tenant)
            story.tell(stage, story.let_accounts_follow(stage, programs))
            story.show_addresses(stage, tenant, served, sign_in_link(tenant_data), instep_data)
    except (OSError, *REFUSALS) as error:
        said = "\n".join(f"{program.name}: {program.said()}" for program in programs)
        raise ProgramFailed(f"{error}\n{said}") from error
    return programs


def _wait(programs: list[Program]) -> NoReturn:
    """Stay until a signal comes, or a program ends by itself. Raises ProgramFailed."""
    while True:
        for program in programs:
            program.require_running()
        time.sleep(LOOK_EVERY_SECONDS)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """End the demo in order; a second signal does not disturb that."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@contextmanager
def _fresh_directory() -> Iterator[Path]:
    DATA.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="run-", dir=DATA))
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
