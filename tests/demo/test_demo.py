"""The demo as `make demo` runs it: what it tells, where it serves, and what it leaves running."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 120
USUAL_PORTS = {8420, 8480}

# One file, so one worker (--dist loadfile): two demos at once would take ports from each other.


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PYTHONUNBUFFERED": "1"} | more


def demo_once() -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env=environment(DEMO="once"),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


def addresses(output: str) -> list[tuple[str, int]]:
    return [(host, int(port)) for host, port in re.findall(r"http://([\d.]+):(\d+)", output)]


def answers(address: tuple[str, int]) -> bool:
    with socket.socket() as client:
        client.settimeout(5)
        return client.connect_ex(address) == 0


def processes_on(data: Path) -> list[str]:
    """The command lines of all processes that were given a directory below this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(data) in line:
            found.append(line)
    return found


def data_directory(summary: str) -> Path:
    """The directory that this demo made for the data of both programs."""
    data = re.search(r"logs --data (\S+)/instep", summary)
    assert data is not None, summary
    return ROOT / data[1]


def nothing_runs_on(data: Path) -> bool:
    for _ in range(100):
        if not processes_on(data):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture(scope="module")
def told() -> str:
    """What the demo tells where both usual ports are busy."""
    with ExitStack() as held:
        for port in USUAL_PORTS:
            try:
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            except OSError:
                pass  # something else holds it, which does as well
        finished = demo_once()
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


@pytest.fixture
def running() -> Iterator["subprocess.Popen[str]"]:
    """A demo that stays, at its summary."""
    process = subprocess.Popen(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env=environment(DEMO=""),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=SECONDS)


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    assert process.stdout is not None
    read = ""
    while text not in read:
        line = process.stdout.readline()
        assert line, read
        read += line
    return read


def test_everyone_entitled_has_an_account_and_the_others_have_a_reason(told: str) -> None:
    assert "60 people imported" in told
    assert "56 accounts created, 4 people skipped" in told
    assert re.search(r"gwendolyn\.applegarth@\S+ gets no account, because the user is disabled in the directory", told)
    assert told.count("with the role Default Access only") == 3


def test_the_summary_says_what_became_of_the_joiner_the_mover_and_the_leaver(told: str) -> None:
    assert re.search(r"The joiner, Δάφνη Περιβολάρη: daphne\.perivolari@\S+ .* was created", told)
    assert re.search(r"The mover, Søren Kjærgaard: .* soren\.kjaergaard@\S+ .* was updated", told)
    assert "title: Optical Engineer -> Sales Engineer" in told
    assert re.search(r"The leaver, Thaddeus Merriwether: .* was disabled, because the user was deleted", told)
    assert "57 accounts, 56 of them active" in told


def test_the_summary_names_the_addresses_and_nothing_serves_them_any_more(told: str) -> None:
    assert re.search(r"Instep +http://127\.0\.0\.1:\d+/welcome/\S+ signs you in, once", told)
    assert re.search(r"Proxyclick +http://127\.0\.0\.1:\d+/welcome/\S{43} signs you in, once", told)
    # By the processes, not by the ports: another demo on this machine may have taken those meanwhile.
    directory = data_directory(told)
    assert nothing_runs_on(directory)
    assert not directory.exists()


def test_without_a_terminal_it_prints_plain_lines(told: str) -> None:
    assert "\x1b" not in told


def test_a_busy_port_is_stepped_over(told: str) -> None:
    ports = {port for _, port in addresses(told)}
    assert len(ports) == 2
    assert not ports & USUAL_PORTS


def test_it_serves_until_ctrl_c_and_then_ends_what_it_started(running: "subprocess.Popen[str]") -> None:
    summary = read_until(running, "Ctrl-C")
    directory = data_directory(summary)
    assert all(answers(address) for address in addresses(summary))
    assert len(processes_on(directory)) >= 3  # the tenant, the service, and its worker

    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)

    assert running.returncode == 0, errors
    assert not errors
    assert nothing_runs_on(directory)
    assert not directory.exists()


def test_when_a_program_ends_by_itself_the_demo_says_what_it_wrote_and_fails(
    running: "subprocess.Popen[str]",
) -> None:
    summary = read_until(running, "Ctrl-C")
    directory = data_directory(summary)
    tenant = next(
        int(entry.parent.name)
        for entry in Path("/proc").glob("[0-9]*/cmdline")
        if str(directory / "proxyclick").encode() in _command_line(entry)
    )

    os.kill(tenant, signal.SIGKILL)
    _, errors = running.communicate(timeout=60)

    assert running.returncode == 1
    assert errors.startswith("The demo failed: Proxyclick ended with exit code -9.")
    assert nothing_runs_on(directory)


def _command_line(entry: Path) -> bytes:
    try:
        return entry.read_bytes()
    except OSError:
        return b""
