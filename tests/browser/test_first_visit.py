"""What a first visit costs. Its bytes are measured by `make bench`: nothing is compressed here."""

MOST_REQUESTS = 5


def test_the_list_needs_few_requests(open_page):
    page = open_page("about:blank")
    requests = []
    page.on("request", lambda request: requests.append(request.url))

    page.goto("/cases/?q=見守り", wait_until="networkidle")

    assert 3 <= len(requests) <= MOST_REQUESTS, requests
