import time

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publishing import markdown
from publishing.markdown import MAX_PARSED_LENGTH, plain, render

JAPANESE_EMPHASIS = [
    ("**「共創」**の場", "<strong>「共創」</strong>の場"),
    ("これは**「重要」**です", "これは<strong>「重要」</strong>です"),
    ("**テスト（例）**は", "<strong>テスト（例）</strong>は"),
    ("**テスト(例)**は", "<strong>テスト(例)</strong>は"),
    ("この**『手引き』**を", "この<strong>『手引き』</strong>を"),
    ("まず**聞く。**それから動く", "まず<strong>聞く。</strong>それから動く"),
    ("合言葉は**「おたがいさま」**。", "合言葉は<strong>「おたがいさま」</strong>。"),
    ("費用は**1,000円（税込）**でした", "費用は<strong>1,000円（税込）</strong>でした"),
    ("**買い物・移動・見守り**を", "<strong>買い物・移動・見守り</strong>を"),
    ("週に**３回！**集まる", "週に<strong>３回！</strong>集まる"),
    ("なぜ**続いたか？**を", "なぜ<strong>続いたか？</strong>を"),
    ("国の**“共創”**の考え", "国の<strong>“共創”</strong>の考え"),
    ("**【重要】**お知らせ", "<strong>【重要】</strong>お知らせ"),
    ("利用者の**95%**が", "利用者の<strong>95%</strong>が"),
    ("電話**（平日のみ）**です", "電話<strong>（平日のみ）</strong>です"),
    ("*「居場所」*づくり", "<em>「居場所」</em>づくり"),
    ("~~「旧」~~の名前", "<s>「旧」</s>の名前"),
    ("**〜から…**まで", "<strong>〜から…</strong>まで"),
    ("**ﾃﾞｲ(半日)**を", "<strong>ﾃﾞｲ(半日)</strong>を"),
    ("**한국어(예)**는", "<strong>한국어(예)</strong>는"),
]
ORDINARY_EMPHASIS = [
    ("*foo bar*", "<em>foo bar</em>"),
    ("a * foo bar*", "a * foo bar*"),
    ('a*"foo"*', 'a*"foo"*'),
    ("foo*bar*", "foo<em>bar</em>"),
    ("foo_bar_baz", "foo_bar_baz"),
    ("_foo*", "_foo*"),
    ("*(*foo*)*", "<em>(<em>foo</em>)</em>"),
    ("**foo bar**", "<strong>foo bar</strong>"),
    ("** foo bar**", "** foo bar**"),
    ("foo**bar**", "foo<strong>bar</strong>"),
    ("***foo** bar*", "<em><strong>foo</strong> bar</em>"),
    ("*foo**bar**baz*", "<em>foo<strong>bar</strong>baz</em>"),
    ("foo***bar***baz", "foo<em><strong>bar</strong></em>baz"),
    ("\\*not\\*", "*not*"),
    ("10*20*30円", "10<em>20</em>30円"),
    ("a**😀**b", "a**😀**b"),
]


@pytest.mark.parametrize(("text", "html"), JAPANESE_EMPHASIS + ORDINARY_EMPHASIS)
def test_emphasis(text, html):
    assert render(text) == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    "text",
    [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A;avascript&colon;alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](<java\nscript:alert(1)>)",
        "[x](\x01javascript:alert(1))",
        "[x]( data:text/html;base64,PHNjcmlwdD4=)",
        "[x](data:image/svg+xml,a)",
        "[x](vbscript:msgbox)",
        "[x](file:///etc/passwd)",
        "<javascript:alert(1)>",
        "[x]\n\n[x]: javascript:alert(1)",
        "![x](javascript:alert(1))",
        "[x](javascript\\:alert(1))",
        "[x](%6Aavascript:alert(1))",
    ],
)
def test_links_of_other_schemes_do_not_survive(text):
    assert "href" not in render(text)


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "<img src=x onerror=a>", "<b>太字</b>", "<!-- x -->"])
def test_html_is_shown_as_text(text):
    assert "<" not in render(text).removeprefix("<p>").removesuffix("</p>\n").replace("<br>", "")


def test_links_say_where_they_lead(settings):
    settings.SITE_URL = "https://portal.example.jp"

    html = render("[県](https://example.jp/a)と[事例](/cases/)と[ここ](https://portal.example.jp/)と<mailto:a@b.jp>")

    assert '<a href="https://example.jp/a" rel="noopener nofollow ugc">県（外部サイト）</a>' in html
    assert html.count("（外部サイト）") == 1
    assert html.count('rel="noopener nofollow ugc"') == 4


def test_address_without_scheme_is_external():
    assert "（外部サイト）" in render("[x](//example.jp/)")


def test_headings_begin_below_those_of_the_page():
    html = render("# 一\n\n## 二\n\n### 三\n\n###### 六")

    assert html == "<h3>一</h3>\n<h4>二</h4>\n<h5>三</h5>\n<h6>六</h6>\n"


def test_headings_skip_no_level_whichever_the_writer_begins_with():
    html = render("### 三\n\n##### 五\n\n### また三\n\n## 二\n\n### 下の三")

    assert html == "<h3>三</h3>\n<h4>五</h4>\n<h3>また三</h3>\n<h3>二</h3>\n<h4>下の三</h4>\n"


def test_line_breaks_are_kept():
    assert render("一行目\n二行目\r\n三行目\n　\n次の段落") == (
        "<p>一行目<br>\n二行目<br>\n三行目</p>\n<p>次の段落</p>\n"
    )
    assert render("**一行目**\n二行目") == "<p><strong>一行目</strong><br>\n二行目</p>\n"


def test_indentation_and_underlines_mean_nothing():
    assert render("    字下げした文") == "<p>字下げした文</p>\n"
    assert render("題\n---\n文") == "<p>題</p>\n<hr>\n<p>文</p>\n"


def test_pictures_become_their_description():
    assert render("![写真](https://example.jp/a.png)") == "<p>写真</p>\n"


def test_tables_scroll_in_a_box_that_the_keyboard_reaches():
    html = render("| 年 | 人数 |\n|---|--:|\n| 1 | 20 |")

    assert html.startswith('<div class="table-scroll" role="group" aria-label="表" tabindex="0"><table>')
    assert "style" not in html


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\0",
        "a\0**b**",
        "あ" * 100_000,
        "*あ" * 50_000,
        ">" * 10_000 + "a",
        "> " * 10_000 + "a",
        "- " * 10_000,
        "[" * 29_000,
        "[a](" * 7_000,
        "![" * 14_000,
        "**a *b " * 4_000,
        "`" * 29_000,
        "|a|b|\n|-|-|\n" + "|\n" * 14_000,
        "\ud800**x**",
        "\N{ZERO WIDTH JOINER}**\N{VARIATION SELECTOR-16}**",
    ],
)
def test_hostile_texts_end_soon(text):
    start = time.perf_counter()

    render(text)
    plain(text)

    assert time.perf_counter() - start < 10


def test_texts_too_long_to_parse_are_shown_as_they_are():
    assert render("**あ**\0<" + "い" * MAX_PARSED_LENGTH).startswith("<p>**あ**\N{REPLACEMENT CHARACTER}&lt;い")


@given(st.text(alphabet=st.sampled_from("あ「」。 　\n*-+1.）)a:/!\"'\u2028\x85"), max_size=30))
@example("1986年、")
@example("　字下げ\n\n・一\n・二")
@settings(max_examples=300, deadline=None)
def test_texts_without_markup_look_the_same_on_the_short_way(text):
    assert _tidy(render(text)) == _tidy(markdown._render(markdown._normalize(text)))


@given(st.text(max_size=200))
@example("[x](//[::1)")
@example("[x](//[)")
@settings(max_examples=300, deadline=None)
def test_nothing_raises_and_nothing_dangerous_comes_out(text):
    html = render(text)

    assert nh3.clean(html, tags=markdown.ALLOWED_TAGS, attributes=markdown.ALLOWED_ATTRIBUTES).count("<") == html.count(
        "<"
    )
    plain(text)


def _tidy(html):
    """The HTML as nh3 writes it: both ways may escape quotes differently."""
    return nh3.clean(html, attributes=markdown.ALLOWED_ATTRIBUTES)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 題\n\n**太字**と[県](https://example.jp/)\n次", "題 太字と県 次"),
        ("ふつうの文\n二行目", "ふつうの文 二行目"),
        ("- 一\n- 二", "一 二"),
        ("`code`と![絵](a.png)", "codeと絵"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a b 1 2"),
    ],
)
def test_plain(text, words):
    assert plain(text) == words
