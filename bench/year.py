"""The real company over a year, by the commands that an administrator types: 10,000 people, thirteen months."""

import csv
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2

from bench.servers import tenant

SNAPSHOTS = Path(__file__).parents[2] / "shared" / "data" / "employees_history" / "snapshot.py"
MONTHS = [
    "1995-06-30",
    "1995-07-31",
    "1995-08-31",
    "1995-09-30",
    "1995-10-31",
    "1995-11-30",
    "1995-12-31",
    "1996-01-31",
    "1996-02-29",
    "1996-03-31",
    "1996-04-30",
    "1996-05-31",
    "1996-06-30",
]
PEOPLE = 10_000
Values = Mapping[str, object]


def main() -> None:
    """Import and provision month by month; after each compare the tenant with the CSV, and count the writes."""
    if not SNAPSHOTS.exists():
        print("year: skipped, the real data is not beside this checkout", flush=True)
        return
    with tempfile.TemporaryDirectory() as folder, tenant(Path(folder) / "tenant") as (url, token):
        data = Path(folder) / "instep"
        before: Mapping[str, Values] = {}
        for number, day in enumerate(MONTHS):
            people = _month(Path(folder), data, day)
            if number == 0:
                _set_up(data, url, token)
            before = _provision(data, url, token, day, people, before)


def _month(folder: Path, data: Path, day: str) -> list[dict[str, str]]:
    file = folder / f"{day}.csv"
    with file.open("wb") as out:
        subprocess.run([sys.executable, str(SNAPSHOTS), day, "--people", str(PEOPLE)], stdout=out, check=True)
    _instep(data, "users", "import", str(file), "--mode", "snapshot")
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _set_up(data: Path, url: str, token: str) -> None:
    _instep(data, "apps", "add", "proxyclick")
    _instep(data, "apps", "assign", "proxyclick", "--all", "--role", "User")
    _instep(data, "apps", "connect", "proxyclick", "--tenant-url", url, "--token-stdin", given=token)


def _provision(
    data: Path, url: str, token: str, day: str, people: list[dict[str, str]], before: Mapping[str, Values]
) -> Mapping[str, Values]:
    began = time.perf_counter()
    summary = json.loads(_instep(data, "apps", "provision", "proxyclick", "--json").splitlines()[-1])
    seconds = time.perf_counter() - began
    again = json.loads(_instep(data, "apps", "provision", "proxyclick", "--json").splitlines()[-1])
    wanted = expected(people, before)
    found = {user["userName"]: _values(user) for user in _everyone(url, token)}
    changed = sum(1 for name, values in wanted.items() if before.get(name) != values)
    writes = sum(number for method, number in summary["requests"].items() if method != "GET")
    right = found == wanted and writes == changed and not again["requests"]
    print(
        f"{day}: {len(people):,} rows, {writes:,} writes for {changed:,} changed people, requests "
        f"{summary['requests']}, then {again['requests'] or 'none'}; {seconds:.1f} s; "
        f"{'the tenant equals the CSV' if right else 'NOT EQUAL'}",
        flush=True,
    )
    if not right:
        sys.exit(1)
    return found


def expected(people: list[dict[str, str]], before: Mapping[str, Values]) -> dict[str, Values]:
    """Return the accounts that the tenant must have: enabled people, and leavers' accounts disabled."""
    wanted: dict[str, Values] = {name: {**values, "active": False} for name, values in before.items()}
    for row in people:
        name, is_enabled = row["userPrincipalName"], row["accountEnabled"] == "True"
        if is_enabled or name in before:
            wanted[name] = {
                "active": is_enabled,
                "email": name,
                "first": row["givenName"],
                "last": row["surname"],
                "formatted": f"{row['givenName']} {row['surname']}",
                "title": row["jobTitle"] or before.get(name, {}).get("title"),
                "work": row["telephoneNumber"],
                "mobile": row["mobilePhone"],
                "city": row["city"],
            }
    return wanted


def _values(user: Mapping[str, Any]) -> Values:
    phones = {phone["type"]: phone["value"] for phone in user.get("phoneNumbers", ())}
    return {
        "active": user["active"],
        "email": next(email["value"] for email in user["emails"] if email["type"] == "work"),
        "first": user["name"]["givenName"],
        "last": user["name"]["familyName"],
        "formatted": user["name"]["formatted"],
        "title": user.get("title"),
        "work": phones.get("work"),
        "mobile": phones.get("mobile"),
        "city": next((address["locality"] for address in user.get("addresses", ())), None),
    }


def _everyone(url: str, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    with httpx2.Client(headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=60) as http:
        while True:
            page = http.get(f"{url}/Users", params={"startIndex": len(found) + 1, "count": 1000}).json()
            found += page["Resources"]
            if len(found) >= page["totalResults"]:
                return found


def _instep(data: Path, *arguments: str, given: str | None = None) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "instep.cli.main", *arguments, "--data", str(data)],
        input=given,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"instep {' '.join(arguments)}: exit code {done.returncode}\n{done.stderr}")
    return done.stdout
