"""The real worker writes an import, is killed in the middle of it, and another one goes on."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from events.import_models import EventImport, ImportStatus, Outcome
from events.importing import writing
from events.models import Event
from tests.events import tables
from tests.events.test_import_pages import choose
from tests.factories import OrganizationFactory, member_of
from tests.mailing.conftest import (  # noqa: F401 (fixtures)
    _no_jobs_of_other_tests,
    eventually,
    start_worker,
    take_up_stalled,
    work,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.real_jobs]


def begin(client, count):
    organization = OrganizationFactory(published=True)
    client.force_login(member_of(organization))
    choose(client, organization, tables.table(*tables.many(count)))
    made = EventImport.objects.get()
    client.post(f"{made.get_absolute_url()}start/", {"then": "keep"})
    return made


def written(made):
    return made.outcomes()[Outcome.CREATED]


def test_the_worker_writes_an_import(client, work):  # noqa: F811
    made = begin(client, 3)

    work()

    assert written(made) == 3
    assert ProcrastinateJob.objects.get(task_name=writing.TASK).status == "succeeded"


def test_killed_while_writing_the_next_worker_goes_on(client, start_worker):  # noqa: F811
    made = begin(client, 1_500)
    worker = start_worker()
    assert eventually(lambda: written(made))
    worker.kill()
    worker.wait()
    assert 0 < written(made) < 1_500
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")

    start_worker()
    take_up_stalled()

    assert eventually(lambda: EventImport.objects.get().status == ImportStatus.DONE)
    assert written(made) == 1_500
    assert Event.objects.count() == 1_500
