"""The main job with the keyboard alone: everything in a sensible order, and one always sees where one is."""

from playwright.sync_api import expect

from tests.browser.pages import send_inquiry

MOST_STOPS = 120
# The element with the focus: what a reader hears, how it is marked, and whether it follows the one before it.
STOP = """() => {
    const here = document.activeElement, style = getComputedStyle(here);
    const before = window.stopBefore?.isConnected ? window.stopBefore : document;
    window.stopBefore = here;
    const box = here.getBoundingClientRect();
    return {
        text: (here.labels?.[0] || here).innerText.trim(),
        tag: here.tagName.toLowerCase(),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isSeen: box.width > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
        isInOrder: (before.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING) > 0,
    };
}"""


def tab_to(page, is_wanted):
    """Press Tab until ``is_wanted`` likes the stop; every stop on the way must be seen, marked and in order."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        assert (stop["isMarked"], stop["isSeen"], stop["isInOrder"]) == (True, True, True), stop
        if is_wanted(stop):
            return stop
    raise AssertionError(f"not reached in {MOST_STOPS} stops, the last is {stop}")


def named(text, tag=None):
    return lambda stop: stop["text"] == text and tag in (None, stop["tag"])


def choose_with_arrows(page, label):
    """In a select box that has the focus; letters in Japanese do not choose there."""
    options = page.evaluate("() => [...document.activeElement.options].map(option => option.text)")
    for _ in range(options.index(label)):
        page.keyboard.press("ArrowDown")


def test_from_the_home_page_to_the_organization_behind_a_case(open_page, site):
    page = open_page("/")

    tab_to(page, named("探したい言葉"))
    page.keyboard.type("買物")
    tab_to(page, named("地域"))
    choose_with_arrows(page, "東京都")
    tab_to(page, named("事例を検索", "button"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?**")
    expect(page.get_by_role("list", name="いまの条件")).to_contain_text("地域：東京都")

    tab_to(page, named("買物の送迎を、住民の当番で続ける"))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{site.pages['case_full']}")
    tab_to(page, named("おくたま暮らしの足を守る会"))
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{site.pages['organization']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("おくたま暮らしの足を守る会")


def test_enter_in_the_words_searches(open_page):
    page = open_page("/cases/")

    page.get_by_label("探したい言葉").press_sequentially("買物")
    page.keyboard.press("Enter")

    page.wait_for_url("**/cases/?q=**")
    expect(page.get_by_role("list", name="いまの条件")).to_contain_text("言葉：買物")


def test_the_skip_link_leads_past_the_header(open_page):
    page = open_page("/cases/")

    page.keyboard.press("Tab")
    first = page.evaluate(STOP)
    page.keyboard.press("Enter")
    after = tab_to(page, lambda stop: True)

    assert (first["text"], first["isSeen"]) == ("本文へ移動", True)
    assert page.evaluate("() => document.getElementById('main').contains(document.activeElement)")
    assert after["text"] == "事例を書く"  # beside the heading; the words to look for are next


def test_a_municipality_is_chosen_by_its_reading(open_page, site):
    page = open_page("/cases/")
    field = page.get_by_role("combobox", name="市区町村名を入れて選ぶ")

    field.press_sequentially("せた")
    expect(page.get_by_role("option", name="世田谷区")).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    active = page.locator(f"id={field.get_attribute('aria-activedescendant')}")
    expect(active).to_contain_text("世田谷区")
    expect(active).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(field).to_have_value("東京都世田谷区")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")

    page.wait_for_url("**/cases/?*region=131121")
    expect(page.get_by_role("list", name="いまの条件")).to_contain_text("地域：東京都世田谷区")


def test_escape_closes_the_suggestions_and_then_empties_the_field(open_page):
    page = open_page("/cases/")
    field = page.get_by_role("combobox", name="市区町村名を入れて選ぶ")
    field.press_sequentially("せた")
    expect(page.get_by_role("listbox")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("せた")
    page.keyboard.press("Escape")

    expect(field).to_have_value("")


def test_a_refused_form_takes_the_reader_to_what_is_wrong(open_page):
    page = open_page("/contact/")

    send_inquiry(page, name="山田花子")
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("エラー：")
    tab_to(page, lambda stop: "件名" in stop["text"])
    page.keyboard.press("Enter")

    expect(page.get_by_label("件名")).to_be_focused()
