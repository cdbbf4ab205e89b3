"""A company of any size, as Entra's 'Download users' CSV: the same people every time."""

import csv
import random
from pathlib import Path

COLUMNS = [
    "userPrincipalName",
    "displayName",
    "surname",
    "mail",
    "givenName",
    "id",
    "jobTitle",
    "department",
    "accountEnabled",
    "usageLocation",
    "country",
    "city",
    "telephoneNumber",
    "mobilePhone",
    "companyName",
]
FIRST = [
    "Ada",
    "Björn",
    "Chloé",
    "Dimitra",
    "Émile",
    "Fatima",
    "Grzegorz",
    "Hana",
    "Ivan",
    "José",
    "Kenji",
    "Léa",
    "Małgorzata",
    "Nadia",
    "Óscar",
    "Priya",
]
LAST = [
    "Andersson",
    "Bianchi",
    "Çelik",
    "Dubois",
    "Evans",
    "Fischer",
    "García",
    "Horváth",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lindqvist",
    "Müller",
    "Novák",
]
TITLES = ("Engineer", "Senior Engineer", "Staff", "Technique Leader", "Manager")
CITIES = ("London", "Brussels", "Zürich", "Kraków", "São Paulo")


def write_company(path: Path, people: int) -> None:
    """Write the CSV of so many people."""
    draw = random.Random(people)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        for number in range(people):
            out.writerow(_row(number, draw))


def _row(number: int, draw: random.Random) -> dict[str, str]:
    first, last = draw.choice(FIRST), draw.choice(LAST)
    upn = f"user.{number}@company.example"
    return {
        "userPrincipalName": upn,
        "mail": upn,
        "displayName": f"{first} {last}",
        "givenName": first,
        "surname": last,
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "jobTitle": draw.choice(TITLES),
        "department": "Development",
        "accountEnabled": "True",
        "usageLocation": "GB",
        "country": "GB",
        "city": draw.choice(CITIES),
        "telephoneNumber": f"+4420{number:08d}",
        "mobilePhone": f"+447{number:09d}",
        "companyName": "Company Ltd",
    }
