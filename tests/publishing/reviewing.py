"""What tests of the queue and of histories have in common."""

from django.urls import reverse

from publishing.actions import change_status, save_changes
from tests.factories import CaseStudyFactory, member_of, secretariat

QUEUE = reverse("publishing:queue")


def submitted(**fields):
    """A case that waits for its publication, sent by an editor of its organization."""
    case = CaseStudyFactory(**fields)
    return change_status(case, "submit", by=member_of(case.organization))


def public(**fields):
    """A case that went through the queue."""
    return change_status(submitted(**fields), "publish", by=secretariat())


def writes(**values):
    """What `save_changes` calls, to set these fields."""

    def write(item):
        for name, value in values.items():
            setattr(item, name, value)
        item.save()

    return write


def edit(case, **values):
    """An edit by a member of the organization."""
    return save_changes(case, writes(**values), by=case.responsible_people().first())


def edited(before="朝市の送迎", after="朝市への送迎", **fields):
    """A public case whose title was edited by a member."""
    return edit(public(title=before, **fields), title=after)


def review_of(item):
    return item.reviews.open().get()


def page_of(item):
    return reverse("publishing:review", args=[review_of(item).pk])


def decision(item, decision, **data):
    """What the browser sends for a decision about ``item`` as it stands."""
    return {"decision": decision, "version": item.version, **data}
