"""The analyser in web workers that answer several requests at once."""

from concurrent.futures import ThreadPoolExecutor

from search.analysis import lexemes


def test_threads_analyse_at_the_same_time():
    text = "住民と団体が協力して暮らしを支える取り組みです。" * 100
    expected = list(lexemes(text))

    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: list(lexemes(text)), range(32)))

    assert all(result == expected for result in results)
