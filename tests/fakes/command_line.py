"""How does a test type commands? In this process, at an installation in a folder, with Proxyclick connected."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from fakes.served_tenant import ServedTenant
from instep.cli.main import app


@dataclass(frozen=True)
class CommandLine:
    """Commands of one installation."""

    folder: Path

    def __call__(self, *words: str, stdin: str | None = None) -> Result:
        """What the command printed, and how it exited."""
        runner = CliRunner(env={"COLUMNS": "400", "INSTEP_SECRET_TOKEN": None})
        return runner.invoke(app, [*words, "--data", str(self.folder / "data")], input=stdin)

    def objects(self, *words: str) -> list[dict[str, Any]]:
        """What a command prints with --json: one object on each line, and nothing else."""
        return [json.loads(line) for line in self(*words, "--json").stdout.splitlines()]

    def done(self, *words: str, stdin: str | None = None) -> str:
        """What a command that must work printed."""
        result = self(*words, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout

    def hires(self, *names: str) -> None:
        """Users whose id is their name."""
        rows = [f"{name},{name}@x.example,{name.title()} E,{name.title()},E" for name in names]
        file = self.folder / "users.csv"
        file.write_text("\n".join(["id,userPrincipalName,displayName,givenName,surname", *rows, ""]))
        self.done("users", "import", str(file))

    def connects(self, tenant: ServedTenant) -> None:
        """Proxyclick, connected to the tenant without its users, with everyone assigned."""
        for account in tenant.everyone():
            tenant.http.delete(f"/Users/{account['id']}")
        self.done("apps", "add", "proxyclick")
        self.done("apps", "assign", "proxyclick", "--all", "--role", "User")
        words = ("apps", "connect", "proxyclick", "--tenant-url", tenant.tenant_url, "--token-stdin")
        self.done(*words, stdin=tenant.secret_token + "\n")
