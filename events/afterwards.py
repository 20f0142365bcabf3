"""Events that are over and of which nothing is told yet."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils import timezone

from events.choices import EventState
from events.models import Event, EventVideo
from publishing.models import Attachment

# Nobody writes a report after that.
ASKED_FOR = timedelta(days=120)


def without_record(user):
    """Public events of the person's organizations that took place lately, without report, minutes, video or file."""
    today = timezone.localdate()
    events = Event.objects.editable_by(user).published().filter(state=EventState.PLANNED, report="", minutes="")
    lately = events.filter(end_date__lt=today, end_date__gte=today - ASKED_FOR)
    kind = ContentType.objects.get_for_model(Event)
    files = Attachment.objects.filter(content_type=kind, object_id=OuterRef("pk"), is_removed=False)
    videos = EventVideo.objects.shown().filter(event=OuterRef("pk"))
    return lately.exclude(Exists(videos)).exclude(Exists(files)).order_by("-end_date", "-pk")
