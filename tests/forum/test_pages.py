"""Reading the board: lists, the page of a topic, what one person sees and another does not."""

import time
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import close_account
from forum import actions
from forum.keyset import Key
from forum.models import Bookmark, Post, Purpose, ReadMark, State, Topic
from forum.permissions import Visibility
from forum.quoting import quotation, with_links
from forum.rules import Rule
from search.models import Card
from taxonomy.models import Region, Theme
from tests.factories import (
    AttachmentFactory,
    BoardFactory,
    CaseStudyFactory,
    PostFactory,
    TopicFactory,
    UserFactory,
    secretariat,
    writer,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def listed(client, address="/forum/", **data):
    """The topics of one page of a list, in their order, and the address of the next."""
    found = client.get(address, data).context["list"]
    return [topic.title for topic in found.topics], found.next_url


def topic_at(minutes, **fields):
    moment = NOW - timedelta(minutes=minutes)
    return TopicFactory(last_posted_at=moment, published_at=moment, **fields)


def fill(topic, count):
    """Posts up to ``count``, as the actions leave them."""
    author = UserFactory()
    posts = [
        Post(topic=topic, number=number, author=author, byline="甲", body="返信です。", html="<p>返信です。</p>")
        for number in range(2, count + 1)
    ]
    Post.objects.bulk_create(posts)
    Topic.objects.filter(pk=topic.pk).update(last_number=count, reply_count=count - 1, answered_at=NOW)


# Lists


def test_a_list_shows_what_a_line_says(client):
    board = BoardFactory(title="分野を超えた交流")
    topic = topic_at(0, board=board, title="移動支援の担い手が集まりません")
    topic.regions.set([Region.objects.get(code="202134")])
    topic.themes.set(Theme.objects.filter(name="移動（交通）"))

    html = client.get("/forum/").content.decode()

    for text in (topic.title, "分野を超えた交流", "相談", "長野県飯山市", "移動（交通）", "未回答", "返信0件"):
        assert text in html
    assert "話題1件" in html


def test_filters_find_what_they_say(client):
    theme, other = Theme.objects.all()[:2]
    iiyama, tokyo = Region.objects.get(code="202134"), Region.objects.get(code="13")
    board = BoardFactory()
    asked = topic_at(1, title="甲", board=board, purpose=Purpose.CONSULTATION)
    told = topic_at(2, title="乙", purpose=Purpose.NEWS, solved_at=NOW)
    asked.regions.set([iiyama])
    asked.themes.set([theme])
    told.regions.set([tokyo])
    told.themes.set([other])

    assert listed(client)[0] == ["甲", "乙"]
    assert listed(client, board=board.slug)[0] == ["甲"]
    assert listed(client, purpose="news")[0] == ["乙"]
    assert listed(client, theme=theme.slug)[0] == ["甲"]
    assert listed(client, theme=[theme.slug, other.slug])[0] == ["甲", "乙"]
    assert listed(client, region="20")[0] == listed(client, region="202134")[0] == ["甲"]
    assert listed(client, region="202011")[0] == []
    assert listed(client, show="unanswered")[0] == ["甲"]
    assert listed(client, show="solved")[0] == ["乙"]
    assert listed(client, board.get_absolute_url())[0] == ["甲"]


def test_filters_of_a_person(client):
    person, now = writer(), timezone.now()
    own = topic_at(1, title="自分", author=person)
    joined = topic_at(2, title="参加")
    PostFactory(topic=joined, author=person)
    marked = topic_at(3, title="しおり")
    Bookmark.objects.create(topic=marked, user=person)
    client.force_login(person)

    assert listed(client, show="mine")[0] == ["自分", "参加"]
    assert listed(client, show="started")[0] == ["自分"]
    assert listed(client, show="bookmarks")[0] == ["しおり"]
    actions.mark_read(person, own, 1)
    actions.mark_read(person, joined, 1)
    ReadMark.objects.update(at=now - timedelta(minutes=150))
    topic_at(200, title="前から")
    # Read so far, with a post after it; and one that came after the last visit.
    assert listed(client, show="new")[0] == ["参加", "しおり"]
    html = client.get("/forum/").content.decode()
    assert html.count("新着</span>") == 2
    client.logout()
    assert "表示「mine」は見つかりませんでした" in client.get("/forum/?show=mine").content.decode()


def test_pages_follow_each_other_without_a_gap_or_a_repetition(client):
    board = BoardFactory()
    for number in range(65):
        # Many at the same moment: then the number decides.
        topic_at(number // 10, board=board, title=f"話題{number}")
    expected = [topic.title for topic in Topic.objects.order_by("-last_posted_at", "-pk")]
    seen, url = [], "/forum/"
    while url:
        titles, next_url = listed(client, url)
        seen += titles
        url = next_url and f"/forum/{next_url}"

    assert seen == expected


@pytest.mark.parametrize("key", ["x", "1", "1.", ".1", "9" * 18 + ".1", "1.1.1", "-5.1", "１.１"])
def test_bad_keys_begin_at_the_top_and_say_so(client, key):
    topic = TopicFactory()

    response = client.get("/forum/", {"after": key})

    assert response.status_code == 200
    assert "続きの場所を読み取れなかったため" in response.content.decode()
    assert response.context["list"].topics == [topic]


def test_keys_are_read_as_they_are_written():
    topic = TopicFactory()

    assert Key.read(str(Key.of(topic))) == Key.of(topic)


def test_pinned_topics_stand_first_on_the_first_page_of_their_board(client):
    board = BoardFactory()
    for number in range(25):
        topic_at(number, board=board, title=f"話題{number}")
    topic_at(10_000, board=board, title="ようこそ", pinned_at=NOW)

    first = client.get(board.get_absolute_url()).context["list"]
    second = client.get(board.get_absolute_url() + first.next_url).context["list"]

    assert [topic.title for topic in first.pinned] == ["ようこそ"]
    assert second.pinned == []
    assert "ようこそ" not in [topic.title for topic in [*first.topics, *second.topics]]
    assert "ようこそ" in listed(client, show="unanswered", after=first.next_url.rpartition("=")[2])[0]


def test_closed_boards_and_hidden_topics_stay_out_of_the_lists(client):
    closed = BoardFactory(visibility=Visibility.MEMBERS)
    TopicFactory(board=closed, title="限られた人の話題")
    TopicFactory(title="隠した話題", state=State.HIDDEN, first_post__state=State.VISIBLE)
    held = TopicFactory(title="待つ話題", state=State.HELD)

    assert listed(client)[0] == []
    assert client.get(closed.get_absolute_url()).status_code == 404
    client.force_login(held.author)
    assert listed(client)[0] == ["待つ話題"]
    client.force_login(writer())
    assert listed(client)[0] == ["限られた人の話題"]
    client.force_login(secretariat())
    assert listed(client)[0] == ["待つ話題", "限られた人の話題"]


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_lists_ask_the_same_number_of_statements_however_many_there_are(client, is_signed_in):
    board, person = BoardFactory(), writer()
    if is_signed_in:
        client.force_login(person)
    counts = {}
    for total in (1, 45):
        while Topic.objects.filter(board=board).count() < total:
            topic = topic_at(Topic.objects.count(), board=board, pinned_at=NOW if total == 1 else None)
            topic.regions.set(Region.objects.filter(code__startswith="20")[:3])
            topic.themes.set(Theme.objects.all()[:3])
        for address in ("/forum/", board.get_absolute_url(), "/forum/?region=20&theme=mobility&show=unanswered"):
            client.get(address)  # counts of the boards
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.setdefault(address, set()).add(len(queries))
    url = f"/forum/{listed(client)[1]}"
    client.get(url)
    with CaptureQueriesContext(connection) as deep:
        client.get(url)

    assert all(len(found) == 1 for found in counts.values()), counts
    assert len(deep) <= max(counts["/forum/"])


def test_visitors_get_no_cookie_and_nobody_is_asked_for(client):
    topic = TopicFactory()
    for address in ("/forum/", topic.get_absolute_url(), topic.board.get_absolute_url()):
        response = client.get(address)
        assert not response.cookies
        assert "public" in response["Cache-Control"]


# The page of a topic


def test_a_topic_is_read_page_by_page(client):
    topic = TopicFactory()
    fill(topic, 45)
    address = topic.get_absolute_url()

    def numbers(page):
        return [post.number for post in client.get(address, {"page": page}).context["page"].posts]

    assert numbers("") == numbers("1") == numbers("x") == numbers("-3") == numbers("0") == list(range(1, 21))
    assert numbers("3") == numbers("999999") == numbers("9" * 40) == list(range(41, 46))
    pagination = client.get(address, {"page": 2}).context["page"].pagination
    assert (pagination["previous_url"], pagination["next_url"]) == (address, "?page=3")


def test_what_was_taken_away_leaves_its_place(client):
    topic = TopicFactory()
    PostFactory(topic=topic, body="ひどい言葉", state=State.HIDDEN, rule=Rule.RESPECT)
    PostFactory(topic=topic, body="消した言葉", state=State.DELETED)
    PostFactory(topic=topic, body="注記のある言葉", moderator_note="リンク先を直しました")

    html = client.get(topic.get_absolute_url()).content.decode()

    assert "ひどい言葉" not in html
    assert "消した言葉" not in html
    assert Rule.RESPECT.label in html
    assert "書いた人が、この投稿を消しました" in html
    assert "リンク先を直しました" in html
    client.force_login(secretariat())
    assert "ひどい言葉" in client.get(topic.get_absolute_url()).content.decode()


def test_held_posts_are_seen_by_their_author_and_moderators(client):
    topic = TopicFactory()
    held = PostFactory(topic=topic, body="はじめての投稿", state=State.HELD)

    def sees():
        return "はじめての投稿" in client.get(topic.get_absolute_url()).content.decode()

    assert not sees()
    client.force_login(writer())
    assert not sees()
    client.force_login(held.author)
    assert sees()
    assert "事務局の確認を待っています" in client.get(topic.get_absolute_url()).content.decode()
    client.force_login(secretariat())
    assert sees()


def test_the_answer_that_helped_stands_on_top(client):
    topic = TopicFactory()
    answer = PostFactory(topic=topic, body="町内会に声をかけました", html="<p>町内会に声をかけました</p>")
    Topic.objects.update(best_answer=answer, solved_at=NOW)

    html = client.get(topic.get_absolute_url()).content.decode()

    assert html.index("役に立った答え") < html.index('id="post-1"')
    assert f'href="{answer.get_absolute_url()}"' in html


def test_numbers_of_posts_become_links(client):
    topic = TopicFactory()
    fill(topic, 40)
    topic.refresh_from_db()

    def linked(html):
        return with_links(html, topic)

    assert f'<a href="/forum/{topic.pk}/?page=2#post-25">&gt;&gt;25</a>' in linked("<p>&gt;&gt;25 さん</p>")
    assert f'<a href="/forum/{topic.pk}/#post-3">＞＞3</a>' in linked("<p>＞＞3</p>")
    assert "<a" not in linked("<p>&gt;&gt;41 &gt;&gt;0 &gt;&gt;1234567 &gt;12</p>")
    assert "<a" not in linked("<pre><code>&gt;&gt;12</code></pre>")
    assert linked('<p><a href="x">&gt;&gt;12</a></p>').count("<a") == 1
    assert linked("<p>" + "&gt;&gt;2 " * 500 + "</p>").count("<a") == 10


def test_a_post_at_the_beginning_of_a_line_is_named_not_quoted():
    person = writer()
    topic = actions.start_topic(
        Topic(board=BoardFactory(), title="甲", purpose=Purpose.CHAT),
        body=">>1 さん\n\n> 引用です\n\n>> 引用の引用です",
        by=person,
        shown_as="name",
        key=uuid.uuid4(),
    )
    post = topic.posts.get()

    assert f'<a href="/forum/{topic.pk}/#post-1">&gt;&gt;1</a> さん' in with_links(post.html, topic)
    assert post.html.count("<blockquote>") == 3
    assert post.plain.startswith(">>1 さん")


def test_a_quotation_names_the_post_and_leaves_out_what_it_quoted():
    post = PostFactory(body=">>1\n> 前の人の言葉\n\n一行目\n二行目  ")

    assert quotation(post) == f">>{post.number}\n> 一行目\n> 二行目\n\n"
    assert len(quotation(PostFactory(body="長い" * 5_000))) < 700


def test_only_public_things_are_named(client):
    topic, shown, hidden = TopicFactory(), CaseStudyFactory(published=True), CaseStudyFactory()
    topic.cases.set([shown, hidden])

    html = client.get(topic.get_absolute_url()).content.decode()

    assert shown.title in html
    assert hidden.title not in html


def test_merged_topics_lead_on_and_hidden_ones_are_not_there(client):
    target, closed = TopicFactory(), TopicFactory(board=BoardFactory(visibility=Visibility.MEMBERS))
    gone = {"state": State.HIDDEN, "first_post__state": State.VISIBLE}
    merged, into_closed = TopicFactory(merged_into=target, **gone), TopicFactory(merged_into=closed, **gone)
    hidden = TopicFactory(**gone)

    for person in (None, secretariat()):
        if person:
            client.force_login(person)
        response = client.get(merged.get_absolute_url())
        assert (response.status_code, response["Location"]) == (302, target.get_absolute_url())
    client.logout()
    assert client.get(into_closed.get_absolute_url()).status_code == 404
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_the_first_unread_post_is_one_click_away(client):
    person, topic = writer(), TopicFactory()
    fill(topic, 45)
    client.force_login(person)

    def leads_to():
        return client.get(f"/forum/{topic.pk}/unread/")["Location"]

    assert leads_to() == f"/forum/{topic.pk}/#post-1"
    actions.mark_read(person, topic, 30)
    assert leads_to() == f"/forum/{topic.pk}/?page=2#post-31"
    assert "最初の未読へ" in client.get(topic.get_absolute_url()).content.decode()
    actions.mark_read(person, topic, 45)
    assert leads_to() == f"/forum/{topic.pk}/?page=3#post-45"
    assert "最初の未読へ" not in client.get(topic.get_absolute_url()).content.decode()


def test_reading_changes_nothing(client):
    person = writer()
    topic = TopicFactory(author=person)
    fill(topic, 30)
    reply, own = topic.posts.get(number=2), topic.posts.get(number=1)
    client.force_login(person)
    tables = [model for model in apps.get_app_config("forum").get_models() if not model._meta.proxy]

    def content():
        return [list(model.objects.order_by("pk").values()) for model in tables]

    before = content()
    for address in (
        *("/forum/", "/forum/?show=new", "/forum/mine/", "/forum/new/", topic.get_absolute_url()),
        *(f"/forum/{topic.pk}/{page}" for page in ("?page=2", "unread/", "reply/", "reply/?quote=2")),
        *(f"/forum/{topic.pk}/{page}/" for page in ("read", "bookmark", "watch", "solve", "reopen")),
        *(f"/forum/posts/{own.pk}/{page}/" for page in ("edit", "delete", "files", "history")),
        *(f"/forum/posts/{reply.pk}/{page}/" for page in ("best", "react")),
    ):
        assert client.get(address).status_code in (200, 302, 405), address
    assert content() == before


def test_a_topic_of_2000_posts_opens_like_one_of_20(client):
    person, short, long = writer(), TopicFactory(), TopicFactory()
    fill(short, 20)
    fill(long, 2_000)
    client.force_login(person)
    actions.mark_read(person, long, 1_500)
    pages = [short.get_absolute_url(), *(f"{long.get_absolute_url()}?page={page}" for page in (1, 50, 100))]

    counts, times = [], []
    for address in pages:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
        times.append(min(_seconds(client, address) for _ in range(5)))

    assert max(counts[1:]) <= counts[0] + 1, counts
    assert max(times[1:]) < 2 * times[0], times
    assert _seconds(client, f"/forum/{long.pk}/unread/") < times[0]


def _seconds(client, address):
    start = time.perf_counter()
    client.get(address)
    return time.perf_counter() - start


def test_the_own_topics_stand_on_one_page(client):
    person = writer()
    TopicFactory(author=person, title="自分の話題")
    for number in range(7):
        Bookmark.objects.create(topic=topic_at(number, title=f"しおり{number}"), user=person)
    client.force_login(person)

    shelves = client.get("/forum/mine/").context["shelves"]

    assert [[topic.title for topic in shelf.topics][:1] for shelf in shelves] == [
        ["自分の話題"],
        ["自分の話題"],
        ["しおり0"],
    ]
    assert [shelf.has_more for shelf in shelves] == [False, False, True]
    assert "/forum/mine/" in client.get("/mypage/").content.decode()


def test_the_home_page_shows_the_newest_topics(client):
    for number in range(5):
        topic_at(number, title=f"話題その{number}")
    TopicFactory(title="限られた話題", board=BoardFactory(visibility=Visibility.MEMBERS))

    html = client.get("/").content.decode()

    assert [f"話題その{number}" in html for number in range(5)] == [True, True, True, False, False]
    assert "限られた話題" not in html
    assert '<a href="/forum/">掲示板</a>' in html
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    assert "forum_topic" not in str(queries.captured_queries)


@pytest.mark.parametrize("state", [State.HELD, State.HIDDEN, State.DELETED])
def test_files_are_served_with_the_text_of_their_post_only(client, state):
    post = PostFactory(topic=TopicFactory())
    file = AttachmentFactory(item=post)

    def status():
        response = client.get(file.get_absolute_url())
        b"".join(response)
        return response.status_code

    assert status() == 200
    assert file.title in client.get(post.topic.get_absolute_url()).content.decode()
    Post.objects.filter(pk=post.pk).update(state=state, rule=Rule.RESPECT)
    assert status() == 404
    assert file.title not in client.get(post.topic.get_absolute_url()).content.decode()
    client.force_login(post.author)
    assert status() == (200 if state == State.HELD else 404)
    client.force_login(secretariat())
    assert status() == 200


def test_files_on_closed_boards_stay_there_and_in_no_shared_cache(client):
    post = PostFactory(topic=TopicFactory(board=BoardFactory(visibility=Visibility.MEMBERS)))
    file = AttachmentFactory(item=post)

    assert client.get(file.get_absolute_url()).status_code == 404
    client.force_login(writer())
    response = client.get(file.get_absolute_url())
    b"".join(response)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_who_leaves_leaves_the_words_without_the_name(client):
    person = writer(display_name="山田花子", affiliation="飯山市")
    topic = actions.start_topic(
        Topic(board=BoardFactory(), title="甲", purpose=Purpose.CHAT),
        body="残る言葉",
        by=person,
        shown_as="name",
        key=uuid.uuid4(),
    )
    actions.write_reply(topic, body="返信も残る", by=person, shown_as="name", key=uuid.uuid4())
    assert Card.objects.filter(html__contains="山田花子").exists()

    close_account(person)

    html = client.get(topic.get_absolute_url()).content.decode()
    assert "残る言葉" in html
    assert "返信も残る" in html
    assert "退会した人" in html
    assert "山田花子" not in html
    assert not Card.objects.filter(html__contains="山田花子").exists()
