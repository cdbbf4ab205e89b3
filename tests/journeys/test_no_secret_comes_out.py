"""Is a secret found anywhere but where it belongs? A canary goes through a whole installation, and nobody hears it.

The application repeats the Secret Token wherever it can: in the words of an error, in what it redirects to, and in the
type of what it sends.
"""

import base64
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path

import httpx2

from fakes.administrator import environment
from fakes.administrators import administrator_with
from fakes.command_line import CommandLine
from fakes.console_browser import ConsoleBrowser, browser_of
from fakes.faulty_target import FaultyTarget, answers, says
from fakes.mail_server import mail_server
from instep.access.roles import Role
from instep.admin.access.tokens import issue_token
from instep.wiring import open_instep
from journeys.test_the_service_follows_the_directory import Service, until

CANARY = "9zQ-canary.of_the~token/7Hk2LmX0vB+w8"
MAIL_CANARY = "Zx81-canary-of-the-mail-server"
PROVIDER_CANARY = "Kj37-canary-of-the-provider"
MOST_PAGES = 120
API = (
    "applications/{app}",
    "servicePrincipals",
    "servicePrincipals/{app}",
    "servicePrincipals/{app}/synchronization/jobs",
    "servicePrincipals/{app}/synchronization/secrets",
    "servicePrincipals/{app}/appRoleAssignedTo",
    "auditLogs/provisioning",
    "auditLogs/directoryAudits",
    "users",
    "groups",
)
COMMANDS = (
    ("apps", "list"),
    ("apps", "status", "proxyclick"),
    ("apps", "test", "proxyclick"),
    ("apps", "preview", "proxyclick"),
    ("apps", "plan", "list", "proxyclick"),
    ("apps", "schema", "get", "proxyclick"),
    ("apps", "provision", "proxyclick", "--user", "ada@x.example"),
    ("apps", "connect", "proxyclick", "--tenant-url", "http://127.0.0.1:9/v2", "--token-stdin"),
    ("logs",),
    ("logs", "--json"),
    ("logs", "--csv"),
    ("audit",),
    ("audit", "--json"),
    ("why", "ada@x.example", "--app", "proxyclick"),
    ("admins", "list"),
    ("export",),
)


def _forms_of(secret: str) -> list[bytes]:
    """As it is, and as it is where it was encoded."""
    raw = secret.encode()
    aligned = [base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)]
    quoted = [httpx2.QueryParams({"x": secret}).__str__()[2:].encode(), raw.replace(b"/", b"\\/")]
    return [raw, raw[:14], raw[-14:], raw.hex().encode(), raw[::-1], *aligned, *quoted]


def _find(where: str, seen: bytes) -> None:
    for secret in (CANARY, MAIL_CANARY, PROVIDER_CANARY):
        for form in _forms_of(secret):
            assert form not in seen, f"{form!r} is in {where}"


@contextmanager
def _served(data: Path, log: Path, settings: dict[str, str]) -> Iterator[Service]:
    command = [sys.executable, "-m", "instep.cli.main", "serve", "--json", "--port", "0", "--data", str(data)]
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=environment() | settings
        )
        assert process.stdout is not None
        try:
            found = re.search(r'"url":"([^"]*)"', process.stdout.readline())
            assert found is not None
            yield Service(found[1], data, process)
        finally:
            process.terminate()
            process.wait(timeout=30)
            process.stdout.close()


def _repeats_it(target: FaultyTarget) -> None:
    """As it refuses everybody, in every place of an answer that Instep keeps or shows."""
    elsewhere = f"https://elsewhere.example/?token={CANARY}"
    target.goes_wrong(answers(302, f"see {CANARY}", Location=elsewhere, WWW_Authenticate=CANARY), times=1)
    target.goes_wrong(says(CANARY.encode(), 500, f"text/{CANARY.partition('/')[0]}", Retry_After=CANARY), times=1)
    target.goes_wrong(answers(401, f"the token {CANARY} is not known", Location=CANARY))


def _walk(browser: ConsoleBrowser) -> int:
    """Every page that a link leads to, with its forms; return how many there are."""
    waiting, seen = deque(["/", "/metrics", "/openapi.json"]), {"/"}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.popleft()
        if path.endswith("/live"):
            continue
        answer = browser.get(path)
        assert answer.status_code < 500, path
        _find(f"the page {path}", answer.content + str(answer.headers).encode())
        for link in re.findall(r'(?:href|hx-get)="(/[^"#]*)"', answer.text):
            if "/assets/" not in link and "?" not in link and link not in seen:
                seen.add(link)
                waiting.append(link)
    return len(seen)


def test_no_page_log_mail_file_or_answer_has_a_secret_in_it(tmp_path: Path, target: FaultyTarget) -> None:
    target.token = CANARY
    commands, data, log = CommandLine(tmp_path), tmp_path / "data", tmp_path / "stderr"
    commands.hires("ada", "bob", "cyd")
    commands.done("apps", "add", "proxyclick")
    commands.done("apps", "assign", "proxyclick", "--all", "--role", "User")
    connect = ("apps", "connect", "proxyclick", "--tenant-url", target.tenant_url, "--token-stdin")
    _find("apps connect", commands.done(*connect, stdin=f"{CANARY}\n").encode())
    commands.done("apps", "set", "proxyclick", "notify=amy@corp.example")
    _find("apps plan save", commands.done("apps", "plan", "save", "proxyclick").encode())
    commands.done("apps", "start", "proxyclick")
    with mail_server() as mails:
        settings = {
            "INSTEP_SMTP_HOST": "127.0.0.1",
            "INSTEP_SMTP_PORT": str(mails.port),
            "INSTEP_SMTP_SECURITY": "none",
            "INSTEP_OIDC_ISSUER": "http://127.0.0.1:9",
            "INSTEP_OIDC_CLIENT_ID": "instep",
            "INSTEP_OIDC_CLIENT_SECRET": PROVIDER_CANARY,
        }
        with _served(data, log, settings) as service, open_instep(data) as instep:
            until(lambda: len(target.accounts), 3)
            _repeats_it(target)
            titles = (f"jobTitle=Engineer {number}" for number in count())

            def is_told() -> bool:
                commands.done("users", "set", "ada@x.example", next(titles))
                commands("apps", "provision", "proxyclick")
                return bool(mails.taken)

            until(is_told, True)
            (app,) = instep.applications.all()
            with httpx2.Client(base_url=service.url, trust_env=False, timeout=30) as http:
                browser, _ = browser_of(instep.access, http)
                assert _walk(browser) > 40
                _find("Test Connection", _tests_the_connection(browser, app.id))
                somebody = administrator_with(instep.access, Role.GLOBAL_ADMINISTRATOR)
                token = issue_token(
                    instep.access, somebody, "test", somebody.permissions, timedelta(days=1), "the tests"
                ).secret
                for path in API:
                    answer = http.get(f"/v1.0/{path.format(app=app.id)}", headers={"Authorization": f"Bearer {token}"})
                    _find(path, answer.content + str(answer.headers).encode())
        for message in mails.taken:
            _find("a mail", message.as_bytes())
    for words in COMMANDS:
        result = commands(*words, stdin=CANARY)
        _find(" ".join(words), f"{result.output} {result.exception!r}".encode())
    _find("the log", log.read_bytes())
    backup = data / "backup"
    commands.done("backup", str(backup))
    assert commands("backup", str(backup)).exit_code == 1
    kept = [file for file in data.rglob("*") if file.is_file()]
    assert {"instep.db", "workflows.db", "key"} <= {file.name for file in kept}
    for file in kept:
        _find(file.name, file.read_bytes())


def _tests_the_connection(browser: ConsoleBrowser, app_id: str) -> bytes:
    path = f"/apps/{app_id}/provisioning/connection"
    page = browser.get(path)
    found = re.search(r'name="tenant_url"[^>]*value="([^"]*)"', page.text)
    assert found is not None
    return browser.post(f"{path}/test", tenant_url=found[1], secret_token="").content
