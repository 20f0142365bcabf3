import copy

import pytest
from django.urls import reverse

from bench import addresses, floor
from platform_site.settings import BASE_DIR


@pytest.fixture
def bench_site(settings, tmp_path, monkeypatch):
    settings.ROOT_URLCONF = "bench.urls"
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"].append(BASE_DIR / "bench" / "templates")
    settings.TEMPLATES = templates
    monkeypatch.setattr(floor, "FOLDER", tmp_path)
    floor._text.cache_clear()
    yield
    floor._text.cache_clear()


@pytest.mark.usefixtures("bench_site")
def test_floor_page_is_the_kept_main_part_inside_the_base_without_a_query(client):
    floor.keep("list", '<html><main class="main" id="main"><h1>事例 & 団体</h1></main></html>')

    # Without the mark django_db any query would raise.
    response = client.get("/floor/list/")

    html = response.content.decode()
    assert "<h1>事例 & 団体</h1>" in html
    assert '<a class="skip-link"' in html
    assert response.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("bench_site")
@pytest.mark.django_db
def test_floor_page_weighs_about_what_its_page_weighs(client):
    page = client.get(reverse("cases:list")).content
    floor.keep("list", page.decode())

    kept = client.get("/floor/list/").content

    assert len(kept) == pytest.approx(len(page), rel=0.15)


@pytest.mark.usefixtures("bench_site")
def test_unknown_floor_page_is_not_found(client):
    assert client.get("/floor/nothing/").status_code == 404


@pytest.mark.django_db
def test_addresses_are_many_and_the_same_in_every_run():
    first, second = addresses.rows(range(1, 200)), addresses.rows(range(1, 200))

    assert [row.addresses for row in first] == [row.addresses for row in second]
    sizes = {row.name: len(set(row.addresses)) for row in first}
    assert sizes["filtered"] > 1_000
    assert sizes["keyword"] > 1_000
    assert sizes["keyword-prefecture"] > 2_000
    assert sizes["keyword-once"] == len(next(row for row in first if row.asked_once).addresses) > 3_000


@pytest.mark.usefixtures("bench_site")
@pytest.mark.django_db
def test_every_kind_of_address_answers_with_a_page(client):
    for row in addresses.rows([]):
        for address in row.addresses[:2]:
            assert client.get(address).status_code == 200, address
