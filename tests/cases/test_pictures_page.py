"""Members add, describe, order and remove the pictures of their cases."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import CaseImage
from publishing.actions import change_status, roll_back
from publishing.attachment_actions import purge_removed
from publishing.images import IS_SVG, NOT_AN_IMAGE, TOO_MANY_BYTES
from publishing.models import Review, WorkingCopy
from tests.factories import CaseImageFactory, CaseStudyFactory, member_of, picture_bytes, secretariat

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return CaseStudyFactory(title="朝市の送迎")


@pytest.fixture
def editor(client, case):
    editor = member_of(case.organization)
    client.force_login(editor)
    return editor


@pytest.fixture
def public(case, editor):
    """The case, published with one picture."""
    CaseImageFactory(case=case, alt="朝市の写真")
    change_status(case, "submit", by=editor)
    return change_status(case, "publish", by=secretariat())


def upload(data=None, name="photo.jpg", content_type="image/jpeg"):
    return SimpleUploadedFile(name, picture_bytes() if data is None else data, content_type)


def page(client, case):
    response = client.get(reverse("cases:pictures", args=[case.pk]))
    return response.context["pictures"]


def send(client, case, **changes):
    """Press a button of the page as it stands now, with its texts."""
    pictures = page(client, case)
    data = {"state": pictures.state}
    for form in pictures.forms:
        data |= {f"{form.prefix}-{name}": form.initial[name] for name in form.initial}
    return client.post(reverse("cases:pictures", args=[case.pk]), data | changes)


def alts(case):
    return [picture.alt for picture in case.images.shown()]


def text(response):
    return response.content.decode()


def add(client, case, **changes):
    return send(client, case, **{"new-image": upload(), "new-alt": "公民館の前の3人", "_add": ""} | changes)


def test_pictures_are_added_one_after_the_other(client, case, editor):
    add(client, case, **{"new-caption": "5月の朝市", "new-license": "撮影 みどり会"})
    response = add(client, case, **{"new-alt": "野菜"})

    assert response.url == reverse("cases:pictures", args=[case.pk])
    first, second = case.images.all()
    assert (first.alt, first.caption, first.license, first.position) == (
        "公民館の前の3人",
        "5月の朝市",
        "撮影 みどり会",
        0,
    )
    assert (second.alt, second.position) == ("野菜", 1)
    assert first.image.name in text(client.get(case.get_absolute_url()))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"new-image": ""}, "画像のファイルを選んでください。"),
        ({"new-alt": ""}, "画像が見えない人に伝わる説明を入力してください。"),
        ({"new-alt": "あ" * 201}, "200文字以内で入力してください（いまは201文字です）"),
        ({"new-image": lambda: upload(b"MZ\x90", "photo.jpg")}, NOT_AN_IMAGE),
        ({"new-image": lambda: upload(b"")}, NOT_AN_IMAGE),
        ({"new-image": lambda: upload(b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "a.svg")}, IS_SVG),
        ({"new-image": lambda: upload(b"x" * (10 * 1024 * 1024 + 1))}, TOO_MANY_BYTES),
    ],
)
def test_mistakes_are_told_and_typed_texts_kept(client, case, editor, change, sentence):
    CaseImageFactory(case=case, alt="前からの画像")
    change = {name: value() if callable(value) else value for name, value in change.items()}

    response = add(client, case, **{"new-caption": "消えない説明"} | change)

    assert response.status_code == 200
    assert sentence in text(response)
    assert "消えない説明" in text(response)
    assert alts(case) == ["前からの画像"]


def test_ten_pictures_are_enough(client, case, editor):
    for number in range(10):
        CaseImageFactory(case=case, position=number)

    response = add(client, case)

    assert "画像は10枚までです。" in text(response)
    assert case.images.count() == 10


def test_texts_and_order_are_changed_by_any_button(client, case, editor):
    first, second = CaseImageFactory(case=case, alt="1"), CaseImageFactory(case=case, alt="2", position=1)

    response = send(client, case, **{f"picture-{first.pk}-alt": "いち", "_down": first.pk})

    assert response.url.endswith(f"#picture-{first.pk}")
    assert alts(case) == ["2", "いち"]
    send(client, case, _up=first.pk)
    assert alts(case) == ["いち", "2"]
    send(client, case, _up=first.pk)
    send(client, case, _down=second.pk)
    assert alts(case) == ["いち", "2"]


def test_picture_of_a_draft_is_gone_with_its_file(client, case, editor, django_capture_on_commit_callbacks):
    picture = CaseImageFactory(case=case)
    storage, name = picture.image.storage, picture.image.name

    with django_capture_on_commit_callbacks(execute=True):
        # What is taken away need not be described.
        send(client, case, **{f"picture-{picture.pk}-alt": "", "_remove": picture.pk})

    assert not CaseImage.objects.exists()
    assert not storage.exists(name)


def test_removal_from_a_public_case_can_be_rolled_back(client, public, editor):
    picture = public.images.get()

    send(client, public, _remove=picture.pk)

    assert alts(public) == []
    assert picture.image.name not in text(client.get(public.get_absolute_url()))
    assert purge_removed() == 0
    roll_back(Review.objects.open().get(), by=secretariat(), note="この画像は必要です。")
    assert alts(public) == ["朝市の写真"]


def test_confirmed_removal_lets_the_file_go(client, public, editor, django_capture_on_commit_callbacks):
    picture = public.images.get()
    type(public.organization).objects.update(can_self_publish=True)
    send(client, public, _remove=picture.pk)

    with django_capture_on_commit_callbacks(execute=True):
        assert purge_removed() == 1

    assert not picture.image.storage.exists(picture.image.name)


def test_picture_of_another_case_is_refused(client, case, editor):
    foreign = CaseImageFactory()

    for button in ("_remove", "_up", "_down"):
        response = send(client, case, **{button: foreign.pk, f"picture-{foreign.pk}-alt": "奪った"})
        assert "その画像は、もうありません。" in text(response)
    foreign.refresh_from_db()
    assert foreign.alt == "朝市に集まる人たち"


def test_two_people_do_not_undo_each_other(client, case, editor):
    picture = CaseImageFactory(case=case, alt="はじめの説明")
    state = page(client, case).state
    send(client, case, **{f"picture-{picture.pk}-alt": "先の人の説明"})

    data = {"state": state, f"picture-{picture.pk}-alt": "後の人の説明"}
    response = client.post(reverse("cases:pictures", args=[case.pk]), data)

    assert "ほかの方が先に保存しました" in text(response)
    assert "先の人の説明" in text(response)
    assert "後の人の説明" in text(response)
    assert alts(case) == ["先の人の説明"]


def test_text_begun_in_the_form_goes_on_after_the_pictures(client, case, editor):
    edit = reverse("cases:edit", args=[case.pk])
    response = client.post(edit, {"_files": "pictures", "version": "1", "title": "書きかけの題名"})
    assert response.url == reverse("cases:pictures", args=[case.pk])

    add(client, case)

    assert WorkingCopy.objects.get().data["version"] == ["2"]
    content = text(client.get(edit))
    assert "書きかけの題名" in content
    assert "公民館の前の3人" in content


def test_script_in_texts_is_shown_as_text(client, case, editor):
    evil = '"><script>alert(1)</script>'
    add(client, case, **{"new-alt": evil, "new-caption": evil, "new-license": evil})

    for url in (reverse("cases:pictures", args=[case.pk]), reverse("cases:edit", args=[case.pk])):
        assert "<script>alert" not in text(client.get(url))
