"""A tenant with a life: three locations, provisioned people, people added by hand, and a day of visits."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fakes.console_visitor import Visitor
from fakes.served_tenant import ServedTenant, user

PEOPLE = (
    ("Amélie", "Dubois", "Head of reception", "Brussels", "fr-BE"),
    ("Søren", "Kjærgaard", "Account executive", "Copenhagen", "da"),
    ("Priya", "Raghunathan", "Site reliability engineer", "London", "en-GB"),
    ("Noah", "van den Bergh", "Facility manager", "Brussels", "nl-BE"),
    ("Chloé", "Lefèvre", "Legal counsel", "Paris", "fr"),
    ("Marcus", "Adeyemi", "Product designer", "London", "en-GB"),
    ("李", "雷", "Research engineer", "Shanghai", "zh-CN"),
    ("Ingrid", "Solheim", "Chief financial officer", "Oslo", "nb"),
    ("Tomás", "Ferreira", "Warehouse lead", "Porto", "pt"),
    ("Hannah", "Weiss", "People partner", "Brussels", "de"),
    ("Yusuf", "Demir", "Security officer", "Brussels", "tr"),
    ("Olivia", "Grant", "Executive assistant", "London", "en"),
    ("Mateo", "Álvarez", "Support engineer", "Madrid", "es"),
    ("Freya", "Lindqvist", "Data analyst", "Stockholm", "sv"),
)
DOMAIN = "larkspur.example"
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "李": "li", "雷": "lei"})
VISITS = (
    ("Charles Babbage", "Analytical Engines", "09:15", 3),
    ("Mary Somerville", "Royal Society", "10:00", 0),
    ("George Boole", "Queen's College", "11:30", 9),
    ("Augustus De Morgan", "", "14:00", 2),
)


@dataclass
class VisitedCompany:
    """The tenant, a browser of its administrator, and the ids of the people by their first names."""

    tenant: ServedTenant
    administrator: Visitor
    ids: dict[str, str]


def email(first: str, last: str) -> str:
    """The address of somebody of the company."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".translate(_PLAIN)).encode("ascii", "ignore").decode()
    return f"{plain.lower().replace(' ', '')}@{DOMAIN}"


def provision(tenant: ServedTenant) -> dict[str, str]:
    """The people, as an identity provider creates them; one leaves, one is promoted."""
    ids = {}
    for place, (first, last, title, city, language) in enumerate(PEOPLE):
        body = user(
            email(first, last),
            name={"givenName": first, "familyName": last, "formatted": f"{first} {last}"},
            title=title,
            preferredLanguage=language,
            addresses=[{"type": "work", "locality": city}],
            phoneNumbers=[{"type": "mobile", "value": f"+32 470 12 34 {place:02}"}],
        )
        answer = tenant.http.post("/Users", json=body)
        assert answer.status_code == 201, answer.text
        ids[first] = answer.json()["id"]
    promoted = {"op": "Replace", "path": "title", "value": "Head of design"}
    assert tenant.patch(ids["Marcus"], promoted).status_code == 200
    assert tenant.patch(ids["Tomás"], {"op": "Replace", "path": "active", "value": "False"}).status_code == 200
    return ids


def furnish(company: VisitedCompany) -> None:
    """What an administrator does by hand: locations, a mapping, a colleague, user groups, and the visits of today."""
    admin = company.administrator
    main = {"name": "Brussels HQ", "city": "Brussels", "country": "Belgium", "timezone": "Europe/Brussels"}
    done(admin, "/locations/CO-A000/edit", **main, language="fr", on_site="yes")
    done(
        admin,
        "/locations/new",
        name="London",
        city="London",
        country="United Kingdom",
        timezone="Europe/London",
        language="en",
    )
    done(admin, "/locations/new", name="Paris", city="Paris", country="France", timezone="Europe/Paris", language="fr")
    done(
        admin,
        "/users/new",
        email=f"nadia.okafor@{DOMAIN}",
        first_name="Nadia",
        last_name="Okafor",
        title="Receptionist (agency)",
        groups="Reception",
    )
    for first, group in (("Amélie", "Administrators"), ("Yusuf", "Security"), ("Olivia", "Assistants")):
        done(admin, f"/users/{company.ids[first]}/groups", groups=group)
    days = [datetime.now(UTC).date() + timedelta(days=each) for each in (0, 1)]
    names = list(company.ids)
    for visitor, firm, time, host in VISITS:
        for day in days[: 1 if host else 2]:
            done(
                admin,
                "/logbook/new",
                visitor=visitor,
                company=firm,
                day=str(day),
                time=time,
                host=company.ids[names[host]],
            )
    for visit, status in (
        ("VI-A001", "Checked-in"),
        ("VI-A001", "Checked-out"),
        ("VI-A002", "Checked-in"),
        ("VI-A004", "On-site"),
    ):
        done(admin, f"/logbook/{visit}/status", status=status)


def done(visitor: Visitor, path: str, /, **fields: str) -> None:
    """Sends a form that is in order."""
    answer = visitor.post(path, **fields)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
