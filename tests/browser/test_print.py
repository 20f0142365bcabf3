"""On paper stands what one reads, and nothing that one presses."""

import re
import shutil
import subprocess

import pytest

A4 = {"format": "A4"}
NOT_ON_PAPER = ".skip-link, .site-search, .menu, .breadcrumb, .search-box, .filters, .pagination a, button, form"
SEEN = "boxes => boxes.filter(box => box.checkVisibility()).map(box => box.outerHTML.slice(0, 80))"


@pytest.mark.parametrize(
    ("address", "texts"),
    [
        ("case_full", ["買物の送迎を、住民の当番で続ける", "おくたま暮らしの足を守る会", "費用と財源", "出典"]),
        ("/cases/?q=買物&region=13", ["言葉：買物", "地域：東京都", "買物の送迎を、住民の当番で続ける"]),
        ("policy", ["生活支援体制整備事業", "8,000千円", "日常生活圏域", "介護保険法"]),
        ("standard_amount", ["北海道札幌市の試算結果", "288,300千円", "110,995,500円", "行政区の数10", "案"]),
        ("event", ["送迎ボランティアの運転者講習", "9:30〜16:30", "みほん交通教室", "申込が必要"]),
    ],
    ids=["case", "list", "policy", "standard amount", "event"],
)
def test_a_page_is_printed_without_its_controls(open_page, site, tmp_path, address, texts):
    page = open_page(site.pages.get(address, address))
    page.emulate_media(media="print")

    controls = page.locator(NOT_ON_PAPER).evaluate_all(SEEN)
    path = tmp_path / "page.pdf"
    path.write_bytes(page.pdf(**A4))

    assert controls == []
    assert page.locator("main").evaluate("main => main.scrollWidth <= main.clientWidth")
    assert path.stat().st_size > 10_000
    if shutil.which("pdftotext"):
        printed = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
        assert [text for text in texts if text not in "".join(printed.split())] == []


@pytest.mark.parametrize(
    "address",
    ["theme=mobility&region=206024&furigana=1", "region=141003", "theme=gathering-place&region=075469"],
    ids=["a village with furigana", "a designated city", "a town without inhabitants"],
)
def test_the_first_step_is_a_handout_of_two_pages_with_a_code_that_phones_read(open_page, address):
    page = open_page(f"/start/?{address}")
    page.emulate_media(media="print")

    printed = page.pdf(**A4)
    controls = page.locator(NOT_ON_PAPER).evaluate_all(SEEN)

    assert sheets(printed) <= 2
    assert controls == []
    assert millimetres_of_the_code(page) >= 25


def test_an_event_with_every_field_is_a_notice_with_a_code_that_phones_read(open_page, site):
    page = open_page(site.pages["event"])
    page.emulate_media(media="print")

    code = page.get_by_alt_text("QRコード").bounding_box()
    heading, facts = page.locator("h1").bounding_box(), page.locator(".facts").first.bounding_box()

    assert sheets(page.pdf(**A4)) <= 2
    assert millimetres_of_the_code(page) >= 25
    assert heading["x"] + heading["width"] <= code["x"]
    assert code["y"] + code["height"] <= facts["y"]


def sheets(printed: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", printed))


def millimetres_of_the_code(page) -> float:
    """The width of the QR code on paper; 0 where the picture is not there."""
    return page.get_by_alt_text("QRコード").evaluate(
        "img => img.complete && img.naturalWidth ? img.width / 96 * 25.4 : 0"
    )
