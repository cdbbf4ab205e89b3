"""One integration that provisions into several locations."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from fakes.served_tenant import ServedTenant, served_tenant
from fakes.tenancy import add_location, map_locations
from proxyclick.people.multi_location import AllUsers, Conditions, Provisioned
from proxyclick.people.user_groups import UserGroup
from proxyclick.store.database import FIRST_LOCATION, FIRST_ORGANISATION, open_database
from proxyclick.store.presence import Presence
from proxyclick.store.user_group_members import UserGroupMembers

NewName = Callable[[], str]


class Sites:
    """A tenant whose integration, installed at the main location, also takes Londoners and whoever speaks French."""

    def __init__(self, tenant: ServedTenant) -> None:
        self.tenant = tenant
        self.main = FIRST_LOCATION
        self.london, self.paris = add_location(tenant.data, "London"), add_location(tenant.data, "Paris")

    def maps(self, *further: Provisioned, home: int | None = None) -> None:
        map_locations(self.tenant.data, further, home)

    def create(self, name: str, city: str, **attributes: Any) -> int:
        addresses = [{"type": "work", "locality": city}]
        return number(self.tenant.create(name, addresses=addresses, **attributes)["id"])

    def moves(self, user: int, city: str) -> None:
        change = {"op": "Replace", "path": 'addresses[type eq "work"].locality', "value": city}
        assert self.tenant.patch(f"US-A{user:03}", change).status_code == 200

    def places(self, user: int) -> list[int]:
        """Where a user is, their home first."""
        with closing(open_database(self.tenant.data)) as connection:
            return [place.location for place in Presence(connection).of(user, FIRST_ORGANISATION)]


def number(user_id: str) -> int:
    return int(user_id[-3:])


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with served_tenant(tmp_path_factory.mktemp("sites")) as served:
        yield Sites(served)


def test_a_new_user_is_where_the_mapping_wants_them(sites: Sites, new_name: NewName) -> None:
    sites.maps(
        Provisioned(sites.london, Conditions(cities=("London",))),
        Provisioned(sites.paris, Conditions(languages=("fr",))),
    )
    assert sites.places(sites.create(new_name(), "London")) == [sites.main, sites.london]
    assert sites.places(sites.create(new_name(), "Ghent", preferredLanguage="fr-BE")) == [sites.main, sites.paris]
    assert sites.places(sites.create(new_name(), "Ghent")) == [sites.main]


def test_a_forced_home_is_the_home_of_who_is_there(sites: Sites, new_name: NewName) -> None:
    sites.maps(Provisioned(sites.london, Conditions(cities=("London",))), home=sites.london)
    assert sites.places(sites.create(new_name(), "London")) == [sites.london, sites.main]
    assert sites.places(sites.create(new_name(), "Ghent")) == [sites.main]


def test_who_moves_changes_location_with_the_same_request(sites: Sites, new_name: NewName) -> None:
    sites.maps(
        Provisioned(sites.london, Conditions(cities=("London",))),
        Provisioned(sites.paris, Conditions(cities=("Paris",))),
        home=sites.london,
    )
    someone = sites.create(new_name(), "London")
    sites.moves(someone, "Paris")
    assert sites.places(someone) == [sites.main, sites.paris]


def test_somebody_with_a_user_group_stays_where_they_have_it(sites: Sites, new_name: NewName) -> None:
    sites.maps(Provisioned(sites.london, Conditions(cities=("London",))))
    someone = sites.create(new_name(), "London")
    with closing(open_database(sites.tenant.data)) as connection:
        UserGroupMembers(connection).add(sites.london, someone, {UserGroup.RECEPTION})
        sites.moves(someone, "Ghent")
        assert sites.places(someone) == [sites.main, sites.london]
        groups = UserGroupMembers(connection).groups_of(sites.london, someone)
    assert groups == {UserGroup.DEFAULT, UserGroup.RECEPTION}


def test_whoever_arrives_is_in_default_alone(sites: Sites, new_name: NewName) -> None:
    sites.maps(Provisioned(sites.london, AllUsers()))
    someone = sites.create(new_name(), "Ghent")
    with closing(open_database(sites.tenant.data)) as connection:
        members = UserGroupMembers(connection)
        assert {members.groups_of(place, someone) for place in (sites.main, sites.london)} == {
            frozenset({UserGroup.DEFAULT})
        }
        assert members.groups_of(sites.paris, someone) == frozenset()


def test_a_delete_takes_a_user_from_all_provisioned_locations(sites: Sites, new_name: NewName) -> None:
    sites.maps(Provisioned(sites.london, AllUsers()))
    someone = sites.create(new_name(), "Ghent")
    assert sites.tenant.http.delete(f"/Users/US-A{someone:03}").status_code == 204
    assert sites.places(someone) == []
