"""That the database records what the models say it records."""

import pgtrigger
import pytest
from pgtrigger.core import INSTALLED

pytestmark = pytest.mark.django_db


def test_every_trigger_that_records_is_installed():
    """`makemigrations` leaves out those of automatic tables of many-to-many fields: they need a migration by hand."""
    missing = [
        f"{model._meta.label}: {trigger.name}"
        for model, trigger in pgtrigger.registered()
        if trigger.get_installation_status(model)[0] != INSTALLED
    ]

    assert missing == []
