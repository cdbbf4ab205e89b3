"""What did a real company look like on a day, as a CSV, and as the accounts that its people should have?

The accounts are worked out here from the CSV alone, without any of Instep's code.
"""

import csv
import importlib.util
import io
import sys
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import Any

SNAPSHOT = Path(__file__).parents[3] / "shared" / "data" / "employees_history" / "snapshot.py"
Account = dict[str, Any]


class _Bytes(io.BytesIO):
    """Bytes that outlive the files that are written over them."""

    def close(self) -> None:
        self.flush()


class Employees:
    """The first people of the company by number; the history is read once for all days."""

    def __init__(self, people: int) -> None:
        self._people = str(people)
        self._module = _load()
        self._kept: dict[str, list[dict[str, str]]] = {}
        read, names = self._module.rows, self._module.names()
        self._module.names = lambda: names
        self._module.rows = lambda name: self._kept.get(name) or self._keep(name, read, 10_001 + 2 * people)

    def on(self, day: str) -> bytes:
        """The CSV of `snapshot.py DAY --people N`."""
        before, out = (sys.argv, sys.stdout), _Bytes()
        sys.argv, sys.stdout = ["snapshot.py", day, "--people", self._people], io.TextIOWrapper(out)
        try:
            self._module.main()
        finally:
            sys.argv, sys.stdout = before
        return out.getvalue()

    def _keep(self, name: str, read: Any, below: int) -> list[dict[str, str]]:
        of_them = takewhile(lambda row: int(row.get("emp_no", 0)) < below, read(name))  # the files are in this order
        self._kept[name] = list(of_them)
        return self._kept[name]


def rows(content: bytes) -> dict[str, dict[str, str]]:
    """The rows of a CSV by id."""
    return {row["id"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}


def account_wanted(row: dict[str, str]) -> Account:
    """What the account of a person should say, by the words of the application's documentation."""
    values = {
        "userName": row["userPrincipalName"],
        "work e-mail": row["userPrincipalName"],
        "first name": row["givenName"],
        "last name": row["surname"],
        "full name": f"{row['givenName']} {row['surname']}",
        "title": row["jobTitle"],
        "work phone": row["telephoneNumber"],
        "mobile phone": row["mobilePhone"],
        "locality": row["city"],
        "active": row["accountEnabled"] == "True",
    }
    return {name: value for name, value in values.items() if value != ""}


def account_seen(resource: dict[str, Any]) -> Account:
    """What an account says, in the same words."""
    name = resource.get("name", {})
    values = {
        "userName": resource["userName"],
        "work e-mail": _typed(resource, "emails", "work", "value"),
        "first name": name.get("givenName"),
        "last name": name.get("familyName"),
        "full name": name.get("formatted"),
        "title": resource.get("title"),
        "work phone": _typed(resource, "phoneNumbers", "work", "value"),
        "mobile phone": _typed(resource, "phoneNumbers", "mobile", "value"),
        "locality": _typed(resource, "addresses", "work", "locality"),
        "active": resource["active"],
    }
    return {name: value for name, value in values.items() if value is not None}


def _typed(resource: dict[str, Any], attribute: str, kind: str, part: str) -> Any:
    found = [element.get(part) for element in resource.get(attribute, []) if element.get("type") == kind]
    assert len(found) <= 1
    return found[0] if found else None


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("employees_snapshot", SNAPSHOT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
