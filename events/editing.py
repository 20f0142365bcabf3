"""Posting an event: a new one, the next one as a copy, edits, preview, and sending it."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from events import pasting
from events.forms import EventForm, organizations_of
from events.models import Event
from publishing import working_copies
from publishing.form_pages import EditItemMixin, ItemFormView, NewItemMixin
from publishing.items import editable_item
from search.pages import previewed_body, previewed_new

NOT_A_MEMBER = "イベントを載せられるのは、団体のメンバーだけです。団体は、マイページから登録できます。"


class EventFormView(ItemFormView):
    """What writing a new event and editing one share."""

    model = Event
    template_name = "events/event_form.html"
    preview_template_name = "publishing/item_preview.html"
    STEPS = (*ItemFormView.STEPS, "_find", "_read")
    previous: Event | None = None
    # What was read from a pasted notice, once somebody has asked for it.
    reading: pasting.Reading | None = None

    def initial(self) -> dict:
        return {}

    def form(self, data=None):
        return EventForm(
            data, instance=self.item, previous=self.previous, initial=self.initial(), user=self.request.user
        )

    def surroundings(self):
        return {
            "previous": self.previous,
            "reading": self.reading,
            "breadcrumb": [(Event._meta.verbose_name, reverse("events:list")), (self.heading, None)],
            **super().surroundings(),
        }


class NewEventView(NewItemMixin, EventFormView):
    """A new event, or the next one as a copy of an existing one."""

    heading = "イベントを載せる"
    was_made = "このイベントは、先に保存されています。"

    def dispatch(self, request, pk=None):
        if pk is not None:
            self.previous = editable_item(Event, request.user, pk)
            self.heading = "写して次の回をつくる"
        if not organizations_of(request.user).exists():
            raise PermissionDenied(NOT_A_MEMBER)
        return super().dispatch(request)

    def initial(self):
        """The organization from whose page the person comes; anything else is no choice of the form."""
        chosen = self.request.GET.get("organization", "")
        is_number = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
        found = organizations_of(self.request.user).filter(pk=chosen).first() if is_number else None
        if found is None:
            return {}
        return {"organization": found.pk, "regions": list(found.regions.values_list("pk", flat=True))}

    @property
    def form_name(self):
        return working_copies.form_name("event", None, f"after-{self.previous.pk}" if self.previous else "full")

    @property
    def send_action(self):
        publishes = [organization.can_self_publish for organization in organizations_of(self.request.user)]
        return "publish" if all(publishes) else "submit"

    def unjudged(self):
        if "_read" not in self.request.POST:
            return super().unjudged()
        self.reading, data = pasting.filled(self.form(), self.request.POST, timezone.localdate())
        form = self.form()
        form.resume(data)
        return form

    def previewed(self, form):
        return previewed_new(Event(created_by=self.request.user), form.write_to)


class EditEventView(EditItemMixin, EventFormView):
    heading = "イベントを直す"

    def previewed(self, form):
        return previewed_body(self.item, form.write_to)

    def surroundings(self):
        steps = [
            (Event._meta.verbose_name, reverse("events:list")),
            (self.title, self.item.get_absolute_url()),
            ("編集", None),
        ]
        return {**super().surroundings(), "breadcrumb": steps}
