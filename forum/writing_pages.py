"""Beginning a topic."""

from django.contrib import messages
from django.urls import reverse

from forum import obstacles
from forum.actions import start_topic
from forum.form_views import HELD, WritingView
from forum.forms import TopicForm
from forum.lists import TITLE
from forum.models import Board, Purpose, Topic
from forum.similar import similar_to
from publishing import working_copies
from taxonomy import registry

POSTED = "話題を投稿しました。返信があると、お知らせします。"
LONGEST_PRESET = 200


class NewTopicView(WritingView):
    """The form; its address may say what to begin with (``?board=…&theme=…&region=…&title=…&case=…``)."""

    template_name = "forum/new.html"
    heading = "新しい話題を書く"
    form_name = working_copies.form_name("topic", None, "full")
    form_class = TopicForm

    def obstacle(self):
        visibilities = Board.objects.filter(is_open=True).values_list("visibility", flat=True).distinct()
        return obstacles.to_write(self.request.user, *visibilities.order_by())

    def form(self, data=None):
        return self.form_class(data, user=self.request.user, initial=self.preset())

    def preset(self) -> dict:
        """What the address says; whatever is unknown is left out."""
        data = self.request.GET
        purpose, region = data.get("purpose", ""), registry.region(data.get("region", ""))
        return {
            "board": data.get("board", "")[:LONGEST_PRESET],
            "purpose": purpose if purpose in Purpose.values else None,
            "title": data.get("title", "")[:LONGEST_PRESET],
            "themes": [registry.themes()[slug].pk for slug in data.getlist("theme") if slug in registry.themes()],
            "regions": [region.code] if region else [],
            "cases": data.getlist("case")[:1],
            "policies": data.getlist("policy")[:1],
            "events": data.getlist("event")[:1],
            "organizations": data.getlist("organization")[:1],
        }

    def before_saving(self, form):
        """First what there is already, unless the page has shown it; by htmx it does so while the title is typed."""
        if "_seen_similar" in self.request.POST or self.made_before(form):
            return None
        similar = similar_to(form.cleaned_data["title"])
        return self.page(form, similar=similar, asks_once_more=True) if similar else None

    def made_before(self, form):
        return Topic.objects.filter(creation_key=form.cleaned_data["key"], author=self.request.user).exists()

    def save(self, form):
        typed = form.cleaned_data
        topic = start_topic(
            Topic(board=typed["board"], title=typed["title"], purpose=typed["purpose"]),
            body=typed["body"],
            by=self.request.user,
            shown_as=typed["shown_as"],
            key=typed["key"],
            links=form.links,
        )
        messages.success(self.request, POSTED if topic.is_visible else HELD)
        return topic.get_absolute_url()

    def surroundings(self):
        return {"breadcrumb": [(TITLE, reverse("forum:list")), (self.heading, None)]}
