"""What the tests of accounts share."""

import pytest

from mailing import jobs
from mailing.actions import send_now


@pytest.fixture(autouse=True)
def _mails_at_once(_mails_without_a_worker, monkeypatch):
    """The package sends its mails outside of transactions of ours: here they arrive at once."""
    monkeypatch.setattr(jobs, "enqueue", send_now)
