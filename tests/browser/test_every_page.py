"""What holds on every public page and in every state of it.

Each state is opened once; the tests of this file share it and leave it as they found it.
"""

from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import STATES

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Without the preload of style sheets, which only a rule about turned screens reads.
AXE = {"runOnly": [*WCAG, "best-practice"], "resultTypes": ["violations"], "preload": False, "selectors": False}
# The others are one column at any width.
DIFFERENT_ON_A_PHONE = ["home", "case_list_unfolded", "case_list_relaxed", "case_full", "search_results"]
# The least spacing that WCAG 1.4.12 wants to survive.
TEXT_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }
"""
# A rule of the page's own may forbid <style>; sheets made by scripts are not concerned.
ADD_STYLE = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
}"""
# What is wider than the window, or has text cut off by its own box. The text, dear to read, is asked for last.
OUTSIDE = """() => {
    const root = document.documentElement;
    const wide = root.scrollWidth > root.clientWidth;
    const boxes = [...document.querySelectorAll("body *")].filter(box => !box.closest(".visually-hidden"));
    const outside = boxes.filter(box => wide && box.getBoundingClientRect().right > root.clientWidth);
    const cut = boxes.filter(box => {
        const wider = box.scrollWidth > box.clientWidth + 1;
        const higher = box.scrollHeight > box.clientHeight + 1;
        if (box.clientWidth <= 1 || !(wider || higher)) return false;
        const style = getComputedStyle(box);
        const hides = axis => ["hidden", "clip"].includes(style[axis]);
        return (wider && hides("overflowX") || higher && hides("overflowY")) && box.innerText?.trim();
    });
    // A line of text may be wider than its box.
    const lines = () => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
        const found = [];
        while (walker.nextNode()) {
            range.selectNodeContents(walker.currentNode);
            const right = Math.max(...[...range.getClientRects()].map(rect => rect.right));
            if (right > root.clientWidth) found.push(`${right}: ${walker.currentNode.data.trim().slice(0, 60)}`);
        }
        return found.join("; ");
    };
    const name = box => `${box.tagName.toLowerCase()}.${box.className}: ${box.innerText?.slice(0, 30)}`;
    if (wide && !outside.length) return [`the page, ${root.scrollWidth} of ${root.clientWidth}: ${lines()}`];
    return [...new Set([...outside.slice(-3), ...cut])].map(name);
}"""


# Links of the main part at whose place something else would be pressed.
COVERED = """() => [...document.querySelectorAll("main a[href]")].filter(link => {
    if (!link.checkVisibility()) return false;
    link.scrollIntoView({ block: "center", behavior: "instant" });
    const { x, y, width, height } = link.getClientRects()[0] ?? {};
    const pressed = width > 1 && height > 1 && document.elementFromPoint(x + width / 2, y + height / 2);
    return pressed && !link.contains(pressed) && pressed.closest("a");
}).map(link => link.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def context(browser, site):
    with browser.new_context(base_url=site.url, locale="ja-JP", viewport=DESKTOP) as context:
        yield context


@pytest.fixture(scope="module", params=STATES)
def visit(request, context, site):
    """A state of a page, with the `requests` and `complaints` of the way to it."""
    state = STATES[request.param]
    context.clear_cookies()
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.state, page.requests, page.complaints = state, [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            message.type in ("error", "warning") and page.complaints.append(f"{message.text} {message.location}")
        ),
    )
    page.goto(site.pages.get(state.address, state.address))
    if state.act:
        state.act(page)
    yield page
    page.close()


def axe_findings(page):
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def outside(page, css=""):
    """What `OUTSIDE` finds while ``css`` is added to the page's own style."""
    page.evaluate(ADD_STYLE, css)
    found = page.evaluate(OUTSIDE)
    page.evaluate(ADD_STYLE, "")
    return found


def test_axe_finds_nothing(visit):
    visit.set_viewport_size(DESKTOP)

    assert axe_findings(visit) == []


@pytest.mark.parametrize("visit", DIFFERENT_ON_A_PHONE, indirect=True)
def test_axe_finds_nothing_on_a_phone(visit):
    visit.set_viewport_size(PHONE)

    assert axe_findings(visit) == []


@pytest.mark.parametrize("width", [320, 640, 1280])
def test_nothing_stands_outside_the_window(visit, width):
    """320 px is 1280 px at 400 %, 640 px at 200 %."""
    visit.set_viewport_size({"width": width, "height": 900})

    assert outside(visit) == []
    assert outside(visit, TEXT_SPACING) == []


def test_text_of_double_size_stays_in_the_window(visit):
    visit.set_viewport_size(DESKTOP)

    assert outside(visit, "html { font-size: 200% !important }") == []


def test_no_link_is_covered_by_another(visit):
    assert visit.evaluate(COVERED) == []


def test_no_request_leaves_the_site(visit, site):
    assert {urlsplit(url).netloc for url in visit.requests} == {urlsplit(site.url).netloc}


def test_the_browser_does_not_complain(visit):
    """Errors of scripts, missing files, and what the Content-Security-Policy refuses."""
    expected = [text for text in visit.complaints if visit.state.is_error and "404 (Not Found)" in text][:1]

    assert visit.complaints == expected


def test_only_forms_set_a_cookie(visit):
    names = {cookie["name"] for cookie in visit.context.cookies()}

    assert names == ({"csrftoken"} if visit.state.sets_cookie else set())
