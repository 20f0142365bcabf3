"""Writing on the board through its pages: nothing typed is lost, nothing is posted twice, nobody writes who may not."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import apply_for_role
from accounts.models import Tally
from accounts.roles import Role
from forum.files_pages import MOST_FILES
from forum.models import (
    Board,
    Bookmark,
    ModerationStep,
    Post,
    PostVersion,
    ReadMark,
    ShownAs,
    State,
    Step,
    Suspension,
    Topic,
    Watch,
)
from forum.obstacles import Obstacle, Why
from forum.permissions import Visibility
from forum.rules import Rule
from publishing.models import Attachment, WorkingCopy
from taxonomy.models import Region, Theme
from tests.factories import (
    AttachmentFactory,
    BoardFactory,
    CaseStudyFactory,
    EventFactory,
    OrganizationFactory,
    PolicyFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    member_of,
    picture_bytes,
    secretariat,
    writer,
)

pytestmark = pytest.mark.django_db

BODY = "移動支援の担い手が集まりません。どうしていますか。"


@pytest.fixture
def person(client):
    found = writer(display_name="山田花子", affiliation="飯山市社会福祉協議会")
    client.force_login(found)
    return found


def typed(board, **data):
    """What the form of a topic sends."""
    return {
        "board": board.slug,
        "purpose": "consultation",
        "title": "担い手が集まりません",
        "body": BODY,
        "shown_as": "name",
        "key": str(uuid.uuid4()),
        **data,
    }


def html_of(response) -> str:
    return response.content.decode()


def suspend(user):
    step = ModerationStep.objects.create(step=Step.SUSPEND, rule=Rule.NO_ADS, note="宣伝が続いたため。", person=user)
    return Suspension.objects.create(person=user, until=timezone.now() + timedelta(days=7), step=step)


# Topics


def test_a_topic_is_written_with_all_that_belongs_to_it(client, person):
    board, case, policy = BoardFactory(), CaseStudyFactory(published=True), PolicyFactory(published=True)
    event, organization = EventFactory(published=True), OrganizationFactory(published=True)
    theme = Theme.objects.first()
    data = typed(
        board,
        shown_as="role",
        themes=[theme.pk],
        regions=["202134"],
        region="13",
        cases=[case.pk],
        policies=[policy.pk],
        events=[event.pk],
        organizations=[organization.pk],
        _seen_similar="1",
    )

    response = client.post("/forum/new/", data, follow=True)

    topic = Topic.objects.get(title="担い手が集まりません")
    assert response.redirect_chain == [(topic.get_absolute_url(), 302)]
    assert (topic.board, topic.author, topic.state) == (board, person, State.VISIBLE)
    assert [region.code for region in topic.regions.order_by("code")] == ["13", "202134"]
    assert list(topic.themes.all()) == [theme]
    assert [topic.cases.get(), topic.policies.get(), topic.events.get(), topic.organizations.get()] == [
        case,
        policy,
        event,
        organization,
    ]
    html = html_of(response)
    for text in (BODY, "1．生活支援コーディネーター", case.title, policy.title, event.title, organization.name):
        assert text in html


def test_the_address_says_what_to_begin_with(client, person):
    board, case = BoardFactory(), CaseStudyFactory(published=True)
    theme = Theme.objects.first()

    html = html_of(
        client.get(
            "/forum/new/",
            {"board": board.slug, "theme": theme.slug, "region": "20", "title": "送迎の保険", "case": case.pk},
        )
    )

    assert 'value="送迎の保険"' in html
    assert case.title in html
    assert "長野県</span>" in html
    assert html.count(" checked") >= 4


def test_both_names_are_shown_beforehand(client, person):
    BoardFactory()

    html = html_of(client.get("/forum/new/"))

    assert "表示名と所属：山田花子（飯山市社会福祉協議会）" in html
    assert "職種と都道府県だけ：生活支援コーディネーター" in html
    for rule in Rule.labels:
        assert rule in html


def test_a_double_click_posts_once(client, person):
    data = typed(BoardFactory(), _seen_similar="1")

    first, second = client.post("/forum/new/", data), client.post("/forum/new/", data)

    assert first["Location"] == second["Location"]
    assert Topic.objects.filter(author=person).count() == 1
    topic = Topic.objects.get(author=person)
    reply = {"body": "追記です。", "shown_as": "name", "key": str(uuid.uuid4())}
    for _ in range(3):
        client.post(f"/forum/{topic.pk}/reply/", reply)
    assert topic.posts.count() == 2


def test_what_was_typed_is_shown_again_with_a_sentence(client, person):
    board = BoardFactory(is_by_theme=True, title="分野ごとの交流")
    closed = BoardFactory(is_open=False)
    cases = [
        ({"body": ""}, "本文を入力してください。"),
        ({"body": "あ" * 20_001}, "本文は20,000文字以内で入力してください（いまは20,001文字です）。"),
        ({"body": "あ" * 100_000}, "（いまは100,000文字です）"),
        ({"body": "\u200b\u2060\ufeff"}, "本文を入力してください。"),
        ({"title": ""}, "題名を入力してください。"),
        ({"title": "\u202e\u200b"}, "題名を入力してください。"),
        ({"title": "あ" * 101}, "題名は100文字以内で入力してください（いまは101文字です）。"),
        ({"board": closed.slug}, "この掲示板は選べません。"),
        ({"board": "x"}, "この掲示板は選べません。"),
        ({"purpose": "x"}, "目的を選び直してください。"),
        ({"shown_as": "x"}, "名前の出し方を選んでください。"),
        ({"themes": ["999999"]}, "見つかりません"),
        ({"regions": ["99"]}, "見つかりません"),
        ({"cases": [CaseStudyFactory().pk]}, "見つかりません"),
        ({"organizations_text": "どこにもない団体"}, "「どこにもない団体」は見つかりません。"),
        ({}, "「分野ごとの交流」に書くときは、分野を1つ以上選んでください。"),
    ]
    for change, sentence in cases:
        data = typed(board) | change
        html = html_of(client.post("/forum/new/", data))
        assert sentence in html, change
        assert data["body"][:1_000] in html, change
        assert "エラー：" in html
    assert not Topic.objects.filter(author=person).exists()
    assert sum(len(each) for each in Post.objects.filter(author=person).values_list("body", flat=True)) < 1_000


def test_a_title_cannot_turn_around(client, person):
    client.post("/forum/new/", typed(BoardFactory(), title="\u202e支払いの\u200b話 👩‍👩‍👧‍👦", _seen_similar="1"))

    assert Topic.objects.get(author=person).title == "支払いの話 👩‍👩‍👧‍👦"


def test_similar_topics_are_shown_before_the_first_sending(client, person):
    TopicFactory(title="移動支援の担い手が集まりません")
    data = typed(BoardFactory(), title="移動支援の担い手が足りません")

    html = html_of(client.post("/forum/new/", data))

    assert "まだ投稿していません" in html
    assert "移動支援の担い手が集まりません" in html
    assert 'name="_seen_similar"' in html
    assert not Topic.objects.filter(author=person).exists()
    client.post("/forum/new/", data | {"_seen_similar": "1"})
    assert Topic.objects.filter(author=person).exists()


def test_the_preview_is_a_plain_step_and_a_part_for_htmx(client, person):
    data = typed(BoardFactory(), body="**太字**です <script>alert(1)</script>", title="", _preview="")

    plain = html_of(client.post("/forum/new/", data))
    part = html_of(client.post("/forum/new/", data, headers={"HX-Request": "true"}))

    for html in (plain, part):
        assert "<strong>太字</strong>" in html
        assert "<script>alert" not in html
        assert "山田花子（飯山市社会福祉協議会）" in html
    assert "<html" in plain
    assert "<html" not in part
    assert "題名を入力" not in plain
    assert "長すぎる" in html_of(client.post("/forum/new/", data | {"body": "あ" * 20_001}))
    topic = TopicFactory()
    quoted = client.post(f"/forum/{topic.pk}/reply/", {"body": ">>1 です", "_preview": ""})
    assert f'<a href="/forum/{topic.pk}/#post-1">' in html_of(quoted)


def test_what_is_typed_is_kept_and_can_be_gone_on_with(client, person):
    board, topic = BoardFactory(), TopicFactory()
    own = PostFactory(topic=topic, author=person)
    client.post("/working-copy/keep/", typed(board, _form="topic:new:full", title="書きかけの題名"))
    client.post(f"/forum/{topic.pk}/reply/", {"body": "書きかけの返信", "_keep": ""})
    client.post(f"/forum/posts/{own.pk}/edit/", {"body": "書きかけの直し", "_keep": ""})

    mypage = html_of(client.get("/mypage/"))

    for address, text in (
        ("/forum/new/", "書きかけの題名"),
        (f"/forum/{topic.pk}/reply/", "書きかけの返信"),
        (topic.get_absolute_url(), "書きかけの返信"),
        (f"/forum/posts/{own.pk}/edit/", "書きかけの直し"),
    ):
        html = html_of(client.get(address))
        assert text in html, address
        assert "書きかけの内容を表示しています" in html
        assert address == topic.get_absolute_url() or f'href="{address}"' in mypage
    client.post("/forum/new/", typed(board, _seen_similar="1"))
    client.post(f"/forum/{topic.pk}/reply/", {"body": "返信です", "shown_as": "name"})
    client.post(f"/forum/posts/{own.pk}/edit/", {"body": "直しました"})
    assert not WorkingCopy.objects.exists()


def test_steps_add_places_and_find_things_without_judging(client, person):
    board, case = BoardFactory(), CaseStudyFactory(published=True, title="朝市の送迎")

    places = html_of(client.post("/forum/new/", typed(board, title="", region="20", _places="add")))
    municipalities = html_of(client.post("/forum/new/", typed(board, region="20", _places="municipalities")))
    found = html_of(client.post("/forum/new/", typed(board, cases_text="朝市", _find="cases")))

    assert 'id="place-20"' in places
    assert "飯山市</option>" in municipalities
    assert f'value="{case.pk}"' in found
    assert all("エラー：" not in html for html in (places, municipalities, found))


def test_a_first_topic_waits_and_its_author_reads_why(client):
    newcomer = UserFactory(role=Role.COORDINATOR)
    client.force_login(newcomer)

    html = html_of(client.post("/forum/new/", typed(BoardFactory(), _seen_similar="1"), follow=True))

    assert "この話題は、事務局の確認を待っています" in html
    assert "ご自分だけに見えています" in html


def test_a_flood_is_slowed_kindly_and_keeps_the_text(client, person):
    topic = TopicFactory()
    for number in range(5):
        data = {"body": f"返信{number}", "shown_as": "name", "key": str(uuid.uuid4())}
        assert client.post(f"/forum/{topic.pk}/reply/", data).status_code == 302

    # Sent twice by a double click, what was posted costs nothing.
    assert client.post(f"/forum/{topic.pk}/reply/", data).status_code == 302
    response = client.post(f"/forum/{topic.pk}/reply/", {"body": "六つ目の返信", "shown_as": "name"})

    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    assert "少しお待ちください" in html_of(response)
    assert "六つ目の返信" in html_of(response)
    topic_form = client.post("/forum/new/", typed(topic.board, _seen_similar="1"))
    assert topic_form.status_code == 429
    assert topic.posts.count() == 6
    Tally.objects.update(since=timezone.now() - timedelta(minutes=2))
    assert client.post(f"/forum/{topic.pk}/reply/", {"body": "六つ目の返信", "shown_as": "name"}).status_code == 302


# Who may not


def test_visitors_find_the_way_to_sign_in_and_back(client):
    topic = TopicFactory()

    assert f"/accounts/login/?next=/forum/{topic.pk}/" in html_of(client.get(topic.get_absolute_url())).replace(
        "%2F", "/"
    )
    assert client.get("/forum/new/")["Location"] == "/accounts/login/?next=/forum/new/"


def test_people_without_a_confirmed_role_read_what_to_do(client):
    newcomer, topic = UserFactory(), TopicFactory()
    client.force_login(newcomer)

    for address, status in ((topic.get_absolute_url(), 200), ("/forum/new/", 403), (f"/forum/{topic.pk}/reply/", 403)):
        response = client.get(address)
        assert response.status_code == status
        assert "/accounts/roles/" in html_of(response)
        assert "/organizations/new/" in html_of(response)
        assert "<textarea" not in html_of(response)
    refused = client.post(f"/forum/{topic.pk}/reply/", {"body": "書いてみました", "shown_as": "name"})
    assert refused.status_code == 403
    assert "書いてみました" in html_of(refused)
    assert topic.posts.count() == 1
    apply_for_role(newcomer, Role.COORDINATOR, region=Region.objects.get(code="13"), statement="働いています。")
    assert "確認を待っています" in html_of(client.get("/forum/new/"))


def test_suspended_people_read_until_when_and_why(client, person):
    topic = TopicFactory()
    suspend(person)

    html = html_of(client.get(topic.get_absolute_url()))

    assert "書き込みを止めています" in html
    assert Rule.NO_ADS.label in html
    assert "宣伝が続いたため。" in html
    data = {"body": "それでも書きます", "shown_as": "name"}
    for address in ("/forum/new/", f"/forum/{topic.pk}/reply/"):
        response = client.post(address, data)
        assert response.status_code == 403
        assert "それでも書きます" in html_of(response)
    assert topic.posts.count() == 1


def test_locked_topics_and_closed_boards_say_so(client, person):
    topic = TopicFactory()
    Topic.objects.update(is_locked=True)

    assert "この話題への書き込みは、終わっています" in html_of(client.get(topic.get_absolute_url()))
    assert client.post(f"/forum/{topic.pk}/reply/", {"body": "あ", "shown_as": "name"}).status_code == 403
    Topic.objects.update(is_locked=False)
    Board.objects.update(is_open=False)
    assert "いまは書き込みを受け付けていません" in html_of(client.get(topic.get_absolute_url()))
    assert client.post(f"/forum/{topic.pk}/reply/", {"body": "あ", "shown_as": "name"}).status_code == 403


def test_a_lock_that_comes_while_somebody_writes_loses_nothing(client, person, monkeypatch):
    topic = TopicFactory()
    answers = iter([None, Obstacle(Why.LOCKED)])
    monkeypatch.setattr("forum.obstacles.to_reply", lambda user, topic: next(answers))
    # What a moderator commits between the question and the answer.
    Topic.objects.update(is_locked=True)

    response = client.post(f"/forum/{topic.pk}/reply/", {"body": "長い返信", "shown_as": "name"})

    assert response.status_code == 403
    assert "長い返信" in html_of(response)
    assert "書き込みは、終わっています" in html_of(response)
    assert WorkingCopy.objects.get().data["body"] == ["長い返信"]


def test_closed_boards_are_written_by_those_who_may(client):
    closed = BoardFactory(visibility=Visibility.COORDINATORS)
    organization_member = member_of(OrganizationFactory(published=True))
    client.force_login(organization_member)
    BoardFactory()

    assert "この掲示板は選べません" in html_of(client.post("/forum/new/", typed(closed, _seen_similar="1")))
    client.force_login(writer())
    assert client.post("/forum/new/", typed(closed, _seen_similar="1")).status_code == 302


# Replies


def test_a_reply_quotes_what_it_answers(client, person):
    topic = TopicFactory()
    PostFactory(topic=topic, body="隠した言葉", state=State.HIDDEN, rule=Rule.RESPECT)

    html = html_of(client.get(f"/forum/{topic.pk}/reply/?quote=1"))

    assert "&gt;&gt;1\n&gt; 移動支援の担い手が集まりません。" in html
    assert "隠した言葉" not in html_of(client.get(f"/forum/{topic.pk}/reply/?quote=2"))
    client.post(f"/forum/{topic.pk}/reply/", {"body": "書きかけ", "_keep": ""})
    html = html_of(client.get(f"/forum/{topic.pk}/reply/?quote=1"))
    assert html.index("書きかけ") < html.index("&gt;&gt;1")


def test_replying_leads_to_the_reply_and_marks_it_read(client, person):
    topic = TopicFactory()
    for _ in range(20):
        PostFactory(topic=topic)
    topic.refresh_from_db()

    response = client.post(f"/forum/{topic.pk}/reply/", {"body": "返信です。", "shown_as": "role"})

    assert response["Location"] == f"/forum/{topic.pk}/?page=2#post-22"
    assert topic.posts.get(number=22).shown_as == ShownAs.ROLE
    assert ReadMark.objects.get(user=person, topic=topic).number == 22
    assert Watch.objects.get(user=person, topic=topic).is_on


def test_sending_a_reply_asks_the_same_number_of_statements_in_long_topics(client, person):
    counts = []
    for length in (1, 60):
        topic = TopicFactory()
        for _ in range(length):
            PostFactory(topic=topic)
        topic.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            client.post(f"/forum/{topic.pk}/reply/", {"body": "返信です。", "shown_as": "name"})
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_edits_are_marked_and_what_was_said_can_be_read(client, person):
    post = PostFactory(topic=TopicFactory(), author=person, body=">>1 はじめの言葉")

    client.post(f"/forum/posts/{post.pk}/edit/", {"body": "直した言葉\r\nつづき"})

    post.refresh_from_db()
    assert post.body == "直した言葉\nつづき"
    client.logout()
    html = html_of(client.get(post.topic.get_absolute_url()))
    assert "編集済み" in html
    history = html_of(client.get(f"/forum/posts/{post.pk}/history/"))
    assert f'<a href="/forum/{post.topic_id}/#post-1">&gt;&gt;1</a> はじめの言葉' in history
    assert "直した言葉" in history


def test_an_edit_in_two_tabs_loses_neither(client, person):
    post = PostFactory(topic=TopicFactory(), author=person, body="はじめ")
    for body in ("一つ目", "二つ目"):
        client.post(f"/forum/posts/{post.pk}/edit/", {"body": body})

    assert set(PostVersion.objects.values_list("body", flat=True)) == {"はじめ", "一つ目"}


def test_somebody_new_cannot_put_links_in_afterwards(client):
    newcomer = writer(posts=1)
    client.force_login(newcomer)
    post = PostFactory(topic=TopicFactory(), author=newcomer, body="見てください")

    html = html_of(client.post(f"/forum/posts/{post.pk}/edit/", {"body": "見てください https://example.jp/"}))

    assert "あとからリンクを加えられません" in html
    post.refresh_from_db()
    assert post.body == "見てください"


def test_deleting_asks_first(client, person):
    topic = TopicFactory()
    post = PostFactory(topic=topic, author=person, body="消す言葉")

    assert "この投稿を消しますか" in html_of(client.get(f"/forum/posts/{post.pk}/delete/"))
    assert Post.objects.get(pk=post.pk).is_visible
    html = html_of(client.post(f"/forum/posts/{post.pk}/delete/", follow=True))
    assert "書いた人が、この投稿を消しました" in html
    assert client.post(f"/forum/posts/{post.pk}/delete/").status_code == 404


def test_a_topic_alone_goes_with_its_post(client, person):
    topic = TopicFactory(author=person)

    response = client.post(f"/forum/posts/{topic.posts.get().pk}/delete/")

    assert response["Location"] == topic.board.get_absolute_url()
    assert client.get(topic.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("page", ["edit", "delete", "files"])
def test_posts_of_others_are_left_alone(client, person, page):
    post, held = PostFactory(topic=TopicFactory()), PostFactory(topic=TopicFactory(), state=State.HELD)

    for method in (client.get, client.post):
        response = method(f"/forum/posts/{post.pk}/{page}/")
        assert response.status_code == 403
        assert "書いた人だけです" in html_of(response)
        assert method(f"/forum/posts/{held.pk}/{page}/").status_code == 404


# One button


def test_only_the_asker_says_what_helped(client):
    asker = writer()
    topic = TopicFactory(author=asker)
    answer = PostFactory(topic=topic)
    client.force_login(writer())
    for address in (f"posts/{answer.pk}/best", f"{topic.pk}/solve", f"{topic.pk}/reopen"):
        assert client.post(f"/forum/{address}/").status_code == 403
    assert "役に立った答えに選ぶ" not in html_of(client.get(topic.get_absolute_url()))

    client.force_login(asker)
    assert "役に立った答えに選ぶ" in html_of(client.get(topic.get_absolute_url()))
    html = html_of(client.post(f"/forum/posts/{answer.pk}/best/", follow=True))

    assert "解決済み" in html
    topic.refresh_from_db()
    assert topic.best_answer == answer
    client.post(f"/forum/{topic.pk}/reopen/")
    topic.refresh_from_db()
    assert topic.solved_at is None
    client.post(f"/forum/{topic.pk}/solve/")
    topic.refresh_from_db()
    assert topic.solved_at
    assert topic.best_answer is None
    assert client.post(f"/forum/posts/{topic.posts.get(number=1).pk}/best/").status_code == 403


def test_what_was_useful_is_counted(client, person):
    post = PostFactory(topic=TopicFactory())

    part = client.post(f"/forum/posts/{post.pk}/react/", {"on": "1"}, headers={"HX-Request": "true"})

    assert "参考になった（1人）" in html_of(part)
    assert 'aria-pressed="true"' in html_of(part)
    assert "参考になった（1人）" in html_of(client.get(post.topic.get_absolute_url()))
    response = client.post(f"/forum/posts/{post.pk}/react/", {"on": "0"})
    assert response["Location"] == post.get_absolute_url()
    post.refresh_from_db()
    assert post.reaction_count == 0
    client.force_login(post.author)
    client.post(f"/forum/posts/{post.pk}/react/", {"on": "1"})
    post.refresh_from_db()
    assert post.reaction_count == 0


def test_topics_are_marked_and_watched(client, person):
    topic = TopicFactory()

    client.post(f"/forum/{topic.pk}/bookmark/", {"on": "1"})
    client.post(f"/forum/{topic.pk}/watch/", {"on": "1"})

    html = html_of(client.get(topic.get_absolute_url()))
    assert "しおりを外す" in html
    assert "返信のお知らせを止める" in html
    client.post(f"/forum/{topic.pk}/bookmark/", {"on": "0"})
    client.post(f"/forum/{topic.pk}/watch/", {"on": "0"})
    assert not Bookmark.objects.exists()
    assert not Watch.objects.get().is_on


def test_reading_is_noted_by_the_page_or_by_a_button(client, person):
    topic = TopicFactory()
    PostFactory(topic=topic)
    topic.refresh_from_db()
    assert "ここまで読んだ" in html_of(client.get(topic.get_absolute_url()))

    part = client.post(f"/forum/{topic.pk}/read/", {"number": "1"}, headers={"HX-Request": "true"})

    assert "<html" not in html_of(part)
    assert ReadMark.objects.get().number == 1
    client.post(f"/forum/{topic.pk}/read/", {"number": "999999"})
    assert ReadMark.objects.get().number == 2
    for bad in ("", "x", "-1", "9" * 40):
        assert client.post(f"/forum/{topic.pk}/read/", {"number": bad}).status_code == 302
    assert ReadMark.objects.get().number == 2
    assert "ここまで読んだ</button>" not in html_of(client.get(topic.get_absolute_url()))


# Files


def test_authors_add_files_and_take_them_away(client, person):
    post = PostFactory(topic=TopicFactory(), author=person)
    address = f"/forum/posts/{post.pk}/files/"

    picture = SimpleUploadedFile("写真.jpg", picture_bytes(), content_type="image/jpeg")
    client.post(address, {"file": picture, "title": "送迎の車の写真"})

    file = Attachment.objects.get()
    assert (file.item, file.title, file.added_by) == (post, "送迎の車の写真", person)
    assert file.get_absolute_url() in html_of(client.get(post.topic.get_absolute_url()))
    client.post(address, {"_remove": str(file.pk)})
    assert not Attachment.objects.exists()
    for gone in (str(file.pk), "x", "9" * 40):
        assert "もうありません" in html_of(client.post(address, {"_remove": gone}, follow=True))


def test_files_of_others_cannot_be_taken_away(client, person):
    post = PostFactory(topic=TopicFactory(), author=person)
    foreign = AttachmentFactory(item=PostFactory(topic=post.topic))

    client.post(f"/forum/posts/{post.pk}/files/", {"_remove": str(foreign.pk)})

    assert Attachment.objects.filter(pk=foreign.pk).exists()


def test_there_are_at_most_five_files_and_none_that_does_harm(client, person):
    post = PostFactory(topic=TopicFactory(), author=person)
    address = f"/forum/posts/{post.pk}/files/"

    program = SimpleUploadedFile("案内.pdf", b"MZ\x90\x00" + bytes(200))
    assert "プログラムのファイルは使えません" in html_of(client.post(address, {"file": program}))
    assert "ファイルを選んでください" in html_of(client.post(address, {}))
    for _ in range(MOST_FILES):
        AttachmentFactory(item=post)
    one_more = SimpleUploadedFile("案内.pdf", b"%PDF-1.4 %%EOF")
    assert "ファイルは5件までです" in html_of(client.post(address, {"file": one_more, "title": "六つ目"}))
    assert post.attachments.count() == MOST_FILES


def test_moderators_write_like_everybody(client):
    client.force_login(secretariat())

    client.post("/forum/new/", typed(BoardFactory(), body="見てください https://example.jp/", _seen_similar="1"))

    assert Topic.objects.get(title="担い手が集まりません").is_visible
