import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import CaseLink, CaseStudy, CaseVideo
from publishing.images import make_renditions
from publishing.models import Status
from search.actions import index
from search.models import Card
from taxonomy.models import Region, Theme
from tests.factories import (
    CaseImageFactory,
    CaseStudyFactory,
    OrganizationFactory,
    UserFactory,
    picture_bytes,
    secretariat,
)

pytestmark = pytest.mark.django_db


def region(code):
    return Region.objects.get(code=code)


def themes(*slugs):
    return list(Theme.objects.filter(slug__in=slugs))


def page(client, case):
    response = client.get(case.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def full_case():
    partner = OrganizationFactory(published=True, name="となり町の会")
    case = CaseStudyFactory(
        published=True,
        regions=[region("133086")],
        themes=themes("shopping", "monitoring"),
        title="移動販売と見守り",
        subtitle="週に2回の朝市",
        organization=OrganizationFactory(published=True, name="みどり会", contact_phone="03-0000-0000"),
        started_year=2021,
        stage="trial",
        sources="[県の資料](https://example.jp/)\n聞き取り",
        contact="みどり会 事務局",
        **{field: f"{field}の**「本文」**です" for field, _ in CaseStudy.SECTIONS},
    )
    case.partner_organizations.add(partner)
    case.tags.add("朝市")
    CaseVideo.objects.create(case=case, title="紹介の動画", url="https://example.jp/video")
    CaseLink.objects.create(case=case, title="団体のサイト", url="https://example.jp/site")
    index(case)
    return case


def test_full_page(client, full_case):
    content = page(client, full_case)

    for text in [
        *("移動販売と見守り", "週に2回の朝市", "試行", "令和3年（2021年）", "みどり会", "となり町の会", "朝市"),
        *("紹介の動画（外部サイト）", "団体のサイト（外部サイト）", "県の資料（外部サイト）", "聞き取り"),
        *("公開日", "最終更新日", "最終確認日", "この事例のあらまし", "みどり会 事務局"),
    ]:
        assert text in content
    assert "聞いてみる" not in content
    assert "/cases/?theme=shopping" in content
    assert "/cases/?region=133086" in content
    assert content.count("<strong>「本文」</strong>") == 12
    headings = [content.index(f'<h2 class="heading-bar">{name}</h2>') for name in ("きっかけ・理由", "目的", "成果")]
    assert headings == sorted(headings)


def test_missing_parts_can_be_asked(client):
    case = CaseStudyFactory(published=True, title="あ" * 100, reason="書いてある")

    content = page(client, case)

    assert "きっかけ・理由を聞いてみる" not in content
    assert "費用と財源を聞いてみる" in content
    assert "目的を聞いてみる" not in content
    assert f"{reverse('contact')}?subject=" in content


def test_link_between_origin_and_follower(client):
    origin = CaseStudyFactory(published=True, title="先に始めた町")
    follower = CaseStudyFactory(published=True, title="まねした町", origin=origin)
    CaseStudyFactory(title="下書きの町", origin=origin)

    assert "まねした町" in page(client, origin)
    assert "下書きの町" not in page(client, origin)
    assert "先に始めた町" in page(client, follower)


def test_origin_that_is_not_public_is_not_named(client):
    follower = CaseStudyFactory(published=True, origin=CaseStudyFactory(title="ひみつの下書き"))

    assert "ひみつの下書き" not in page(client, follower)


def test_organization_that_is_not_public_has_no_link(client):
    organization = OrganizationFactory(name="審査中の会")

    content = page(client, CaseStudyFactory(published=True, organization=organization))

    assert "審査中の会" in content
    assert organization.get_absolute_url() not in content


def test_related_cases_stand_in_one_list_each(client):
    here, prefecture, elsewhere = region("133086"), region("13"), region("141003")
    mobility = themes("mobility")
    case = CaseStudyFactory(published=True, regions=[here], themes=mobility, title="この事例")
    CaseStudyFactory(published=True, regions=[prefecture], themes=mobility, title="近くの話")
    CaseStudyFactory(published=True, regions=[elsewhere], themes=mobility, title="遠くの同じ分野")
    CaseStudyFactory(published=True, regions=[here], organization=case.organization, title="同じ団体の話")
    CaseStudyFactory(regions=[here], themes=mobility, title="まだ下書き")
    CaseStudyFactory(published=True, regions=[elsewhere], themes=themes("meals"), title="関わりのない話")

    content = page(client, case)

    for title, heading in [
        ("同じ団体の話", "この団体のほかの事例"),
        ("近くの話", "近くの事例"),
        ("遠くの同じ分野", "同じ分野の、ほかの地域の事例"),
    ]:
        assert content.count(f">{title}</a>") == 1
        assert content.index(heading) < content.index(f">{title}</a>")
    assert "まだ下書き" not in content
    assert "関わりのない話" not in content
    assert content.count(">この事例</a>") == 0


@pytest.mark.parametrize("count", [0, 12])
def test_query_count_of_the_page_does_not_grow(client, full_case, count):
    CaseStudyFactory.create_batch(count, published=True, regions=[region("133086")], themes=themes("shopping"))
    CaseImageFactory.create_batch(count, case=full_case)
    page(client, full_case)

    with CaptureQueriesContext(connection) as queries:
        page(client, full_case)

    assert len(queries) == 2  # the case with all its parts, and the related cards


@pytest.mark.parametrize("pk", ["0", "999999", "99999999999999999999", "9" * 400, "9" * 5000, "abc", "1'"])
def test_unknown_case_is_not_found(client, pk):
    assert client.get(f"/cases/{pk}/").status_code == 404


@pytest.mark.parametrize("status", [Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.CLOSED])
def test_only_reviewers_see_what_is_not_public(client, status):
    case = CaseStudyFactory(published=status == Status.CLOSED)
    case.status = status
    case.save()
    index(case)

    assert client.get(case.get_absolute_url()).status_code == 404
    client.force_login(UserFactory())
    assert client.get(case.get_absolute_url()).status_code == 404
    client.force_login(secretariat())
    banner = "公開を終了したページです" if status == Status.CLOSED else "公開前のプレビューです"
    assert banner in page(client, case)


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch", "trace"])
def test_pages_are_only_read(client, method):
    case = CaseStudyFactory(published=True)

    assert getattr(client, method)(case.get_absolute_url()).status_code == 405


def test_samples_are_marked(client):
    case = CaseStudyFactory(published=True, is_sample=True)

    assert "これは見本です" in page(client, case)
    assert "badge--sample" in client.get(reverse("cases:list")).content.decode()


def test_text_of_writers_is_escaped(client):
    evil = "<script>alert(1)</script>\"'&"
    case = CaseStudyFactory(
        published=True, title=evil, summary=evil, reason=evil, sources=evil, contact=evil, subtitle=evil
    )
    CaseImageFactory(case=case, alt=evil, caption=evil)
    index(case)

    for url in (case.get_absolute_url(), reverse("cases:list")):
        assert "<script>alert" not in client.get(url).content.decode()


def test_pictures_are_shown_in_the_width_that_fits(client):
    case = CaseStudyFactory(published=True)
    picture = CaseImageFactory(
        case=case, image=SimpleUploadedFile("a.jpg", picture_bytes((1000, 600))), caption="朝の様子"
    )
    CaseImageFactory(case=case, alt="もう1枚", position=1)
    index(case)

    content = page(client, case)

    assert f'srcset="{picture.image.srcset}"' in content
    assert 'width="1000"' in content
    assert 'height="600"' in content
    assert 'loading="lazy"' in content
    assert 'alt="朝市に集まる人たち"' in content
    assert "朝の様子" in content
    assert 'alt="もう1枚"' in content
    assert "card__image" in client.get(reverse("cases:list")).content.decode()


def test_picture_is_served_as_what_it_is(client):
    picture = CaseImageFactory(image=SimpleUploadedFile("a.jpg", picture_bytes((1000, 600))))
    make_renditions(picture.image.name)

    for name in picture.image.rendition_names():
        response = client.get(f"/media/{name}")
        body = b"".join(response)
        assert response.status_code == 200
        assert body[8:12] == b"WEBP"
        assert response["Content-Type"] == "image/webp"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"] == "inline"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in response


def test_picture_of_a_draft_is_for_reviewers_only(client):
    picture = CaseImageFactory(case=CaseStudyFactory())

    assert client.get(picture.image.url).status_code == 404
    client.force_login(secretariat())
    response = client.get(picture.image.url)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    response.close()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "../secret_key",
        "..%2fsecret_key",
        "cases/",
        "cases/ab/" + "a" * 32 + ".webp",
        "cases/ab/" + "a" * 32 + "-480.webp",
        "x" * 5000,
        "secret_key",
    ],
)
def test_other_paths_are_not_found(client, path):
    assert client.get(f"/media/{path}").status_code == 404


def test_width_that_was_never_made_is_not_found(client):
    picture = CaseImageFactory()

    assert client.get(picture.image.url.replace(".webp", "-960.webp")).status_code == 404


def test_lost_file_is_not_found(client):
    picture = CaseImageFactory()
    picture.image.storage.delete(picture.image.name)

    assert client.get(picture.image.url).status_code == 404


def test_case_cannot_be_its_own_origin():
    case = CaseStudyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(origin=case.pk)


def test_published_case_has_a_date():
    case = CaseStudyFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseStudy.objects.filter(pk=case.pk).update(status=Status.PUBLISHED)


def test_origin_that_goes_leaves_its_followers():
    origin = CaseStudyFactory()
    follower = CaseStudyFactory(origin=origin)

    origin.delete()

    follower.refresh_from_db()
    assert follower.origin is None


def test_a_page_that_was_not_stored_is_rendered(client, full_case):
    stored = page(client, full_case)
    Card.objects.filter(entry__object_id=full_case.pk, entry__kind="case").update(page=None)

    assert page(client, full_case) == stored
