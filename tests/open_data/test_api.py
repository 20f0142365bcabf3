"""The read-only API: what it answers, that it answers as it says, and that it does so whatever is asked."""

from unittest.mock import Mock

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from forum.indexing import index_topic
from forum.permissions import Visibility
from open_data.api.api import openapi
from open_data.datasets import BY_NAME
from platform_site.wsgi import application
from taxonomy.models import Region, Theme
from tests.factories import (
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
API = "/api/v1/"
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture
def one_of_each():
    tokyo, mobility = Region.objects.get(code="13"), Theme.objects.get(slug="mobility")
    shared = {"published": True, "regions": [tokyo], "themes": [mobility]}
    organization, topic = OrganizationFactory(**shared), TopicFactory()
    topic.regions.add(tokyo)
    index_topic(topic)
    return {
        "organizations": organization.pk,
        "cases": CaseStudyFactory(organization=organization, **shared).pk,
        "policies": PolicyFactory(**shared).pk,
        "events": EventFactory(organization=organization, **shared).pk,
        "topics": topic.pk,
        "themes": "mobility",
        "regions": "13",
    }


def test_list_and_detail(client, one_of_each):
    for name, key in one_of_each.items():
        page = client.get(f"{API}{name}/", {"per_page": 100, "region": "13"}).json()
        detail = client.get(f"{API}{name}/{key}/").json()

        assert page["total"] >= 1
        assert any(item.items() <= detail.items() for item in page["items"]), name
        assert list(detail) == [column.key for column in BY_NAME[name].columns]


def test_the_parameters_are_those_of_the_list(client, one_of_each):
    CaseStudyFactory(published=True, title="ほかの事例")
    CaseStudyFactory(title="下書き")

    def titles(**parameters):
        return [item["title"] for item in client.get(f"{API}cases/", parameters).json()["items"]]

    assert len(titles()) == 2
    assert len(titles(region="13", theme=["mobility", "meals"])) == 1
    assert titles(q="ほかの") == ["ほかの事例"]
    assert [item["code"] for item in client.get(f"{API}regions/", {"region": "131016"}).json()["items"]] == ["131016"]
    assert client.get(f"{API}events/", {"way": "past"}).json()["total"] == 0


def test_pages_hold_each_item_once(client):
    organization = OrganizationFactory(published=True)
    made = {case.pk for case in CaseStudyFactory.create_batch(5, published=True, organization=organization)}

    found, address = [], f"{API}cases/?per_page=2&theme="
    while address:
        page = client.get(address).json()
        found += [item["id"] for item in page["items"]]
        address = page["next"] and page["next"].removeprefix("http://127.0.0.1:8000")

    assert found == sorted(made, reverse=True)
    beyond = client.get(f"{API}cases/", {"page": 1000}).json()
    assert (beyond["items"], beyond["next"], beyond["total"]) == ([], None, 5)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("cases/?theme=x", 400),
        ("cases/?region=99", 400),
        ("cases/?page=0", 400),
        ("cases/?per_page=101", 400),
        ("cases/?page=a", 400),
        ("events/?sort=amount", 400),
        ("regions/?region=x", 400),
        ("cases/999999/", 404),
        ("cases/99999999999999999999999/", 400),
        ("themes/x/", 404),
        ("nothing/", 404),
    ],
)
def test_errors_are_told_in_japanese(client, address, status):
    response = client.get(API + address)

    assert response.status_code == response.json()["status"] == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].endswith("。")
    assert not response.json()["detail"].isascii()


def test_what_is_not_public_is_not_there(client):
    closed = TopicFactory(board=BoardFactory(visibility=Visibility.COORDINATORS))
    hidden = [
        ("cases", CaseStudyFactory().pk),
        ("organizations", OrganizationFactory().pk),
        ("policies", PolicyFactory().pk),
        ("events", EventFactory().pk),
        ("topics", closed.pk),
    ]

    assert {client.get(f"{API}{name}/{pk}/").status_code for name, pk in hidden} == {404}
    assert client.get(f"{API}topics/").json()["total"] == 0


def test_who_has_it_is_sent_nothing(client, one_of_each):
    address = f"{API}cases/{one_of_each['cases']}/"
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    CaseStudyFactory(published=True)
    later = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, later.status_code) == (304, 200)
    assert first["Access-Control-Allow-Origin"] == "*"
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("count", [1, 4])
def test_query_count_does_not_grow(client, count, django_assert_num_queries):
    CaseStudyFactory.create_batch(count, published=True)
    client.get("/cases/")  # the number of the index and the total are known

    with django_assert_num_queries(3):  # the limit's count, hits, cases with all that is told of them
        client.get(f"{API}cases/")


def test_the_page_for_people_names_every_operation(client):
    html = client.get(API).content.decode()
    schema = client.get(f"{API}openapi.json").json()

    assert schema["openapi"].startswith("3.")
    for path in schema["paths"]:
        assert f"GET {path}" in html


@pytest.fixture
def _connection_stays_open():
    """As Django's own test client does it: a request's end would close the connection of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("_connection_stays_open", "one_of_each")
def test_it_answers_as_it_says_whatever_is_asked():
    """Every operation with parameters that a machine made up, by its own description."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
    tried = set()
    for result in schema.get_all_operations():
        operation = result.ok()
        _ask_at_random(operation)
        tried.add(operation.path)

    assert tried == set(openapi()["paths"])
    assert len(tried) == 14


def _ask_at_random(operation):
    @settings(
        max_examples=3,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case):
        case.validate_response(case.call(headers={"Accept-Encoding": "identity"}), checks=CHECKS)

    ask()


def test_the_database_is_away(client, monkeypatch):
    monkeypatch.setattr("open_data.api.views.version_of", Mock(side_effect=OperationalError("away")))

    response = client.get(f"{API}cases/")

    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response["Retry-After"] == "30"
