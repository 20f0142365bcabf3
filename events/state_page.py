"""The page on which members tell that an event is cancelled, postponed or full; two presses from its own page."""

from django.urls import reverse

from events.models import Event
from events.state_form import StateForm
from publishing.form_pages import EditItemMixin, ItemFormView
from search.pages import previewed_body


class StateView(EditItemMixin, ItemFormView):
    """Saved, it shows at once where the event is public; it never sends anything to the reviewers."""

    model = Event
    template_name = "events/state.html"
    preview_template_name = "publishing/item_preview.html"
    heading = "中止・延期・満員を知らせる"
    word = "state"
    send_action = ""

    def form(self, data=None):
        return StateForm(data, instance=self.item, user=self.request.user)

    def previewed(self, form):
        return previewed_body(self.item, form.write_to)

    def surroundings(self):
        steps = [
            (Event._meta.verbose_name, reverse("events:list")),
            (self.title, self.item.get_absolute_url()),
            (self.heading, None),
        ]
        return {**super().surroundings(), "breadcrumb": steps}
