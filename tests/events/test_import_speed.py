"""How long a table takes: ``IMPORT_ROWS=2000 … -s`` prints the figures of the aim, 200 rows show that it keeps up."""

import os
import time
import uuid

import pytest

from accounts.roles import OrganizationRole
from events.import_models import Outcome, Plan
from events.importing import writing
from events.importing.preview import prepare
from events.importing.whens import Options
from events.models import Event
from search.models import Entry
from tests.events import tables
from tests.factories import OrganizationFactory, member_of

# Real transactions: inside a single one PostgreSQL gets slower with every row.
pytestmark = pytest.mark.django_db(transaction=True)
ROWS = int(os.environ.get("IMPORT_ROWS", "200"))
# Measured on a quiet machine: see docs/performance.md. A busy one may take twice as long.
READ_IN, WRITTEN_IN = 5 + ROWS / 100, 10 + ROWS / 33


@pytest.mark.parametrize("publishes", [True, False], ids=["published", "submitted"])
def test_a_long_table(publishes):
    organization = OrganizationFactory(published=True, can_self_publish=publishes)
    person = member_of(organization, OrganizationRole.EDITOR)
    began = time.monotonic()

    made = prepare(
        organization=organization,
        upload=tables.table(*tables.many(ROWS)),
        options=Options(),
        by=person,
        key=uuid.uuid4(),
    )

    read = time.monotonic()
    assert made.plans()[Plan.NEW] == ROWS

    writing.start(made, sends=True)
    writing.write(made.pk)

    written = time.monotonic()
    print(f"\n{ROWS} rows: read in {read - began:.1f} s, written in {written - read:.1f} s")
    assert made.outcomes()[Outcome.CREATED] == ROWS
    assert Event.objects.count() == ROWS
    assert Entry.objects.filter(kind="event").count() == (ROWS if publishes else 0)
    assert read - began < READ_IN
    assert written - read < WRITTEN_IN
