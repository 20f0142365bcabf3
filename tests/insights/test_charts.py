"""Charts are valid SVG whatever their names say, and tell what is not known from nothing."""

from xml.etree import ElementTree

from insights.charts import Label, Series, bars, lines, said

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = [Label("10月", "令和8年"), Label("11月"), Label("12月")]


def parsed(svg):
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))  # noqa: S314 (ours)


def texts(svg):
    return [element.text for element in parsed(svg).iter(f"{SVG}text")]


def test_bars_are_as_high_as_their_values_and_nothing_is_drawn_for_nothing():
    svg = bars("x", "題", "説明", MONTHS, [5, 0, None])

    (bar,) = parsed(svg).iter(f"{SVG}rect")
    assert bar.get("height") == "160"
    assert texts(svg) == ["5", "10月", "令和8年", "0", "11月", "—", "12月"]


def test_lines_are_broken_where_nothing_is_known():
    series = [Series("中央値", (1, None, 2)), Series("9割", (2, 4, 12.5))]

    svg = parsed(lines("x", "題", "説明", MONTHS, series))

    thick = [line for line in svg.iter(f"{SVG}line") if line.get("stroke-width") == "3"]
    # Two pieces of the second series and the two of the key; the first series has single points only.
    assert len(thick) == 4
    assert len(list(svg.iter(f"{SVG}circle"))) == 3


def test_charts_have_a_title_hold_whole_numbers_and_no_style_and_escape_what_they_are_told():
    hostile = "<script>\"&'"

    for svg in (
        bars(hostile, hostile, hostile, [Label(hostile, hostile)], [1234567]),
        lines(hostile, hostile, hostile, [Label(hostile)], [Series(hostile, (0.1,))]),
    ):
        root = parsed(svg)
        assert root.get("role") == "img"
        assert root.find(f"{SVG}title").text == hostile
        assert "<script" not in svg
        for element in root.iter():
            assert "style" not in element.attrib
            for name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height"):
                if element is not root and name in element.attrib:
                    assert int(element.get(name)) >= 0


def test_nothing_is_drawn_of_nothing():
    assert bars("x", "題", "説明", MONTHS, [0, None, 0]) == ""
    assert lines("x", "題", "説明", MONTHS, [Series("中央値", (None, None, None))]) == ""
    # The same day is an answer, too.
    assert lines("x", "題", "説明", MONTHS, [Series("中央値", (0, None, None))])


def test_numbers_are_said_with_commas_and_what_is_unknown_is_not_zero():
    assert [said(value) for value in (None, 0, 1234, 2.5, 3.0)] == ["—", "0", "1,234", "2.5", "3"]
