"""Beginning a topic, and changing what it is about."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from forum import obstacles
from forum.actions import NotAllowed, edit_topic, start_topic
from forum.form_views import HELD, WritingView
from forum.forms import EditTopicForm, TopicFields, TopicForm
from forum.lists import TITLE, trail
from forum.models import Board, Purpose, State, Topic
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


NOT_YOURS = "話題の題名などを直せるのは、話題を始めた人だけです。"
NO_MORE = "この掲示板は、書き込みの受け付けを終えています。"
EDITED = "話題を直しました。前の内容は「編集の履歴」に残ります。"


class EditTopicView(WritingView):
    template_name = "forum/edit_topic.html"
    heading = "話題を直す"
    is_new_post = False

    def dispatch(self, request, pk):
        topics = Topic.objects.visible_to(request.user).select_related("board")
        self.topic = get_object_or_404(topics, pk=pk)
        if self.topic.author_id != request.user.pk or self.topic.state not in (State.VISIBLE, State.HELD):
            raise PermissionDenied(NOT_YOURS)
        if not self.topic.board.is_open:
            raise PermissionDenied(NO_MORE)
        return super().dispatch(request)

    @property
    def form_name(self):
        return working_copies.form_name("topic", self.topic.pk, "edit")

    def obstacle(self):
        return obstacles.to_write(self.request.user, self.topic.board.visibility)

    def form(self, data=None):
        return EditTopicForm(data, user=self.request.user, topic=self.topic)

    def save(self, form):
        typed = form.cleaned_data
        try:
            edit_topic(
                self.topic, title=typed["title"], purpose=typed["purpose"], links=form.links, by=self.request.user
            )
        except NotAllowed as error:
            raise PermissionDenied(NOT_YOURS) from error
        messages.success(self.request, EDITED)
        return self.topic.get_absolute_url()

    def surroundings(self):
        return {"topic": self.topic, "breadcrumb": [*trail(self.topic), (self.heading, None)]}


@login_not_required
@require_safe
def topic_history(request, pk):
    """What a topic was about before its author changed that."""
    topic = get_object_or_404(Topic.objects.visible_to(request.user).select_related("board"), pk=pk)
    now = {name: list(getattr(topic, name).values_list("pk", flat=True)) for name in TopicFields.LINKS}
    versions = list(topic.versions.all())
    names = _names([now, *(version.links for version in versions)])
    for version in versions:
        version.facts = _facts(version.links, names)
    context = {
        "topic": topic,
        "facts": _facts(now, names),
        "versions": versions,
        "breadcrumb": [*trail(topic), ("話題の編集の履歴", None)],
    }
    return render(request, "forum/topic_history.html", context)


def _names(all_links) -> dict[str, dict]:
    """How what is linked is called, by field and key; what is not public any more has no name."""
    names = {
        "themes": {theme.pk: theme.name for theme in registry.themes().values()},
        "regions": {code: region.full_name for code, region in registry.regions().items()},
    }
    for name in TopicFields.PICKED:
        model = Topic._meta.get_field(name).related_model
        pks = {pk for links in all_links for pk in links.get(name, ())}
        found = model.objects.published().filter(pk__in=pks) if pks else ()
        names[name] = {item.pk: str(item) for item in found}
    return names


def _facts(links, names) -> list[tuple[str, str]]:
    """「分野：移動（交通）、食事」 and so on."""
    facts = []
    for name in TopicFields.LINKS:
        said = [names[name][pk] for pk in links.get(name, ()) if pk in names[name]]
        if said:
            facts.append((TopicFields.base_fields[name].label, "、".join(said)))
    return facts
