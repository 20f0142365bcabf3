"""Nothing that anybody writes on the board runs in a browser: hundreds of known tries, on real pages."""

import time
import uuid
from urllib.parse import urlsplit

import pytest

from forum import actions
from forum.markup import plain_post, render_post
from forum.models import Purpose, ShownAs, Topic
from tests.browser.test_registration import signed_in
from tests.browser.xss_vectors import FAMILIES, VECTORS
from tests.factories import AttachmentFactory, BoardFactory, writer

PER_TOPIC = 20
# Anything that is said to the reader by a script, and what the policy had to hold back.
WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.ran.push(name);
addEventListener("securitypolicyviolation", event => window.ran.push(event.effectiveDirective));
"""
# Elements and attributes in posts that Markdown does not make, and links to more than pages and mails.
FOREIGN = """root => {
    const tags = new Set("p br hr h3 h4 h5 h6 blockquote pre ul ol li a strong em s code div table thead tbody tr th td"
        .toUpperCase().split(" "));
    const attributes = new Set(["href", "rel", "class", "role", "tabindex", "aria-label", "start", "title"]);
    const found = [];
    for (const prose of document.querySelectorAll(".prose")) for (const element of prose.querySelectorAll("*")) {
        if (!tags.has(element.tagName)) found.push(element.tagName);
        for (const { name } of element.attributes) if (!attributes.has(name)) found.push(name);
        const leadsTo = element.href ? element.protocol : "https:";
        // ":" is an address that is none: a click on it does nothing.
        if (!["http:", "https:", "mailto:", "tel:", ":"].includes(leadsTo)) found.push(element.href);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def topics(site):
    """Every vector as a post, and the first of each topic as its title, by somebody whose name is one."""
    author, board = (
        writer(display_name="<script>alert(1)</script>", affiliation='"><img src=x onerror=alert(1)>'),
        BoardFactory(),
    )
    found = []
    for begin in range(0, len(VECTORS), PER_TOPIC):
        first, *others = VECTORS[begin : begin + PER_TOPIC]
        topic = actions.start_topic(
            Topic(board=board, title=" ".join(first.split())[:100], purpose=Purpose.CHAT),
            body=first,
            by=author,
            shown_as=ShownAs.NAME,
            key=uuid.uuid4(),
        )
        for body in others:
            _write(topic, body, author)
        found.append(topic)
    post = found[0].posts.get(number=1)
    AttachmentFactory(item=post, title='"><svg onload=alert(1)>')
    actions.edit_post(post, body=f"{post.body}\n直しました", by=author)
    answer = found[0].posts.get(number=2)
    actions.choose_best(found[0], answer, by=author)
    return author, board, found


def _write(topic, body, author):
    actions.write_reply(topic, body=body, by=author, shown_as=ShownAs.NAME, key=uuid.uuid4())


def test_there_are_hundreds_of_tries():
    assert len(VECTORS) >= 500
    assert all(len(family) >= 25 for family in FAMILIES.values())


@pytest.fixture
def watched(site, topics, open_page):
    """A page of the author's, which sees the form and its own buttons, too."""
    page = signed_in(open_page, site, topics[0], "/about/")
    page.add_init_script(WATCH)
    page.dialogs, page.asked = [], set()
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: page.asked.add(urlsplit(request.url).netloc))
    return page


def _check(page, site):
    page.mouse.wheel(0, 20_000)
    page.keyboard.press("Tab")
    ran, foreign = page.evaluate("() => window.ran"), page.evaluate(FOREIGN)
    assert (page.dialogs, ran, foreign) == ([], [], []), page.url
    assert page.asked <= {urlsplit(site.url).netloc}, page.url
    assert urlsplit(page.url).netloc == urlsplit(site.url).netloc


@pytest.mark.parametrize("policy", ["", "default-src 'self'"], ids=["without a policy", "with the policy"])
def test_what_does_run_is_noticed(watched, policy):
    """The watch itself: a page that shows such a post as it stands."""
    html = "<p class=prose><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a></p>"
    headers = {"Content-Security-Policy": policy} if policy else {}
    watched.route("**/bad/", lambda route: route.fulfill(body=html, content_type="text/html", headers=headers))

    watched.goto("/bad/")
    watched.wait_for_function("() => window.ran.length")

    assert watched.evaluate("() => window.ran")[0] in ("alert", "script-src-attr")
    assert {"IMG", "onerror", "javascript:alert(1)"} <= set(watched.evaluate(FOREIGN))


def test_no_post_runs_anything(watched, site, topics):
    _, _, found = topics
    for topic in found:
        watched.goto(topic.get_absolute_url())
        assert watched.locator(".prose").count() >= topic.posts.count()
        _check(watched, site)


def test_no_title_name_or_history_runs_anything(watched, site, topics):
    _, board, found = topics
    post = found[0].posts.get(number=1)
    watched.goto("/forum/")
    _check(watched, site)
    watched.goto(board.get_absolute_url())
    while True:
        _check(watched, site)
        following = watched.get_by_role("link", name="もっと前の話題")
        if not following.count():
            break
        following.click()
    for address in (
        *("/", "/forum/mine/", "/mypage/", "/forum/search/?q=alert", "/forum/search/posts/?q=alert"),
        *(f"/forum/posts/{post.pk}/{page}/" for page in ("history", "edit", "delete", "files")),
        f"/forum/{found[0].pk}/reply/?quote=1",
        "/forum/new/?title=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    ):
        watched.goto(address)
        _check(watched, site)


def test_no_preview_runs_anything(watched, site, topics):
    _, _, found = topics
    watched.goto(found[0].get_absolute_url())
    for begin in range(0, len(VECTORS), 60):
        watched.get_by_label("本文").fill("\n\n".join(VECTORS[begin : begin + 60])[:20_000])
        with watched.expect_response(lambda response: response.url.endswith("/reply/")):
            watched.get_by_role("button", name="プレビュー").click()
        watched.wait_for_selector("#preview .prose")
        _check(watched, site)


@pytest.mark.parametrize(
    "body",
    [
        ">" * 10_000 + " a",
        "> " * 9_999 + "a",
        "\n".join("> " * depth + "a" for depth in range(1, 198)),
        "[" * 20_000,
        "![" * 10_000,
        "*a_ " * 5_000,
        ">>12 " * 4_000,
        "[a]: b\n" * 2_800,
    ],
    ids=lambda body: body[:8].strip(),
)
def test_the_longest_and_deepest_texts_are_rendered_soon(body):
    start = time.perf_counter()
    render_post(body)
    plain_post(body)

    assert time.perf_counter() - start < 5


def test_ten_thousand_nested_quotes_open_like_any_post(watched, site, topics):
    author, board, _ = topics
    topic = actions.start_topic(
        Topic(board=board, title="深い引用", purpose=Purpose.CHAT),
        body=">" * 10_000 + " a",
        by=author,
        shown_as=ShownAs.NAME,
        key=uuid.uuid4(),
    )

    watched.goto(topic.get_absolute_url())

    assert watched.locator("#post-1 blockquote").count() <= 20
    _check(watched, site)
