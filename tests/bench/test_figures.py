import pytest

from bench.figures import percentile, table


@pytest.mark.parametrize(
    ("share", "expected"), [(0, 1), (0.01, 1), (0.5, 50), (0.501, 51), (0.95, 95), (0.99, 99), (1, 100)]
)
def test_percentile_is_the_value_that_so_many_do_not_exceed(share, expected):
    values = list(range(100, 0, -1))

    assert percentile(values, share) == expected


def test_percentile_of_one_value_is_that_value():
    assert {percentile([7.5], share) for share in (0, 0.5, 0.99, 1)} == {7.5}


def test_percentile_of_nothing_is_refused():
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)


def test_table_is_markdown_with_numbers_to_the_right():
    assert table(["page", "ms"], [["home", 1.5], ["list", 20]]).splitlines() == [
        "| page | ms |",
        "| --- | ---: |",
        "| home | 1.5 |",
        "| list | 20 |",
    ]
