"""A tenant with a life: three locations, provisioned people, people added by hand, and a day of visits."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fakes.console_visitor import Visitor, administrator_of
from fakes.served_tenant import ServedTenant, served_tenant, user

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
    ("Charles Babbage", "Analytical Engines", "09:15", "Noah"),
    ("Mary Somerville", "Royal Society", "10:00", "Amélie"),
    ("George Boole", "Queen's College", "11:30", "Hannah"),
    ("Augustus De Morgan", "", "14:00", "Marcus"),
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


@contextmanager
def visited_company(data: Path) -> Iterator[VisitedCompany]:
    """The tenant, served, of which the first of the people is the administrator."""
    with served_tenant(data) as tenant:
        ids = provision(tenant)
        with administrator_of(tenant.site, tenant.data, email=email(*PEOPLE[0][:2])) as administrator:
            company = VisitedCompany(tenant, administrator, ids)
            furnish(company)
            yield company


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
    """What an administrator does by hand: locations, a mapping, a colleague, user groups, and visits."""
    admin, ids = company.administrator, company.ids
    done(admin, "/locations/CO-A000/edit", **_location("Brussels HQ", "Brussels", "Belgium", "fr"), on_site="yes")
    done(admin, "/locations/new", **_location("London", "London", "United Kingdom", "en"))
    done(admin, "/locations/new", **_location("Paris", "Paris", "France", "fr"))
    some = {"on-1": "yes", "who-1": "some", "cities-1": "London, Leeds", "on-2": "yes", "who-2": "some"}
    done(admin, "/settings/integrations/1/locations", **some, **{"languages-2": "fr"}, home="")
    moves = {"op": "Replace", "path": 'addresses[type eq "work"].locality', "value": "Leeds"}
    assert company.tenant.patch(ids["Marcus"], moves).status_code == 200
    nadia = {"email": f"nadia.okafor@{DOMAIN}", "first_name": "Nadia", "last_name": "Okafor"}
    done(admin, "/users/new", **nadia, title="Receptionist (agency)", groups="Reception")
    for first, group in (("Yusuf", "Security"), ("Olivia", "Assistants")):
        done(admin, f"/users/{ids[first]}/groups", groups=group)
    today = datetime.now(ZoneInfo("Europe/Brussels")).date()
    for who, firm, time, host in VISITS:
        done(admin, "/logbook/new", visitor=who, company=firm, day=str(today), time=time, host=ids[host])
    for visit, status in (("A001", "Checked-in"), ("A001", "Checked-out"), ("A002", "Checked-in"), ("A003", "On-site")):
        done(admin, f"/logbook/VI-{visit}/status", status=status)


def _location(name: str, city: str, country: str, language: str) -> dict[str, str]:
    zones = {"Brussels": "Europe/Brussels", "London": "Europe/London", "Paris": "Europe/Paris"}
    return {"name": name, "city": city, "country": country, "timezone": zones[city], "language": language}


def done(visitor: Visitor, path: str, /, **fields: str) -> None:
    """Sends a form that is in order."""
    answer = visitor.post(path, **fields)
    assert answer.status_code == 200, (path, answer.status_code, answer.text)
