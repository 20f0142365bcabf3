"""The pages where members add the recordings of an event, order and remove them, and write what belongs to each."""

from copy import copy

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from events.models import Event
from events.video_actions import move_video, remove_video
from events.video_forms import MOST_VIDEOS, TOO_MANY, NewVideoForm, VideoTextsForm
from publishing import working_copies
from publishing.actions import ChangedMeanwhile, TransitionNotAllowed, save_changes
from publishing.forms import comments_on
from publishing.items import editable_item
from publishing.models import Status

NOT_NOW = "いまの状態では、動画を変えられません。"
IS_GONE = "その動画は、もうありません。いまの動画を表示しています。"
CHANGED = "ほかの方が先にこの動画を直したため、まだ何も保存していません。違いを確かめて、もう一度保存してください。"


def largest_upload(request) -> int:
    """How large a file the page takes from this person: none from those who may not add it."""
    if not request.user.is_authenticated:
        return 0
    events = Event.objects.editable_by(request.user).filter(pk=request.resolver_match.kwargs["pk"])
    return settings.MAX_VIDEO_BYTES if events.exists() else 0


class _PageOfEvent(View):
    """What both pages share: who may come, and when."""

    def dispatch(self, request, pk, **kwargs):
        self.event = editable_item(Event, request.user, pk)
        if self.event.status == Status.DISCARDED or self.waits_for_its_time:
            messages.error(request, NOT_NOW)
            return redirect("events:edit", pk)
        try:
            return super().dispatch(request, **kwargs)
        except TransitionNotAllowed:  # approved in the meantime
            messages.error(request, NOT_NOW)
            return redirect("events:edit", pk)

    @property
    def waits_for_its_time(self) -> bool:
        """Approved for a time to come: what is changed now would appear unseen."""
        return self.event.status == Status.SCHEDULED and not self.event.can_self_publish

    @property
    def comment(self) -> str:
        return comments_on(self.event).get("videos", "") if self.event.status == Status.RETURNED else ""

    @property
    def videos_url(self) -> str:
        return reverse("events:videos", args=[self.event.pk])

    @property
    def breadcrumb(self) -> list:
        event = self.event
        above = [("イベント", reverse("events:list")), (event.title, event.get_absolute_url())]
        return [*above, ("直す", reverse("events:edit", args=[event.pk]))]

    def save(self, write) -> None:
        saved = save_changes(self.event, write, by=self.request.user)
        working_copies.follow_version(self.request.user, saved.item_kind, saved.pk, saved.version)


class VideosView(_PageOfEvent):
    """Each button does one thing; it shows at once where the event is public."""

    def get(self, request):
        return self.page()

    def post(self, request):
        for button, act in (("_up", self.move), ("_down", self.move), ("_remove", self.remove)):
            if button in request.POST:
                return self.change(button, act)
        return self.add()

    def change(self, button, act):
        pk = self.request.POST[button]
        video = self.event.videos.shown().filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None
        if video is None:
            messages.error(self.request, IS_GONE)
            return redirect(self.videos_url)
        return act(video, button)

    def move(self, video, button):
        self.save(lambda event: move_video(event, video.pk, -1 if button == "_up" else 1))
        messages.success(self.request, "動画の順番を変えました。")
        return redirect(f"{self.videos_url}#video-{video.pk}")

    def remove(self, video, button):
        self.save(lambda event: remove_video(event, video.pk))
        messages.success(self.request, f"動画「{video.title}」を外しました。")
        return redirect(self.videos_url)

    def add(self):
        form = NewVideoForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.page(form)
        if self.event.videos.shown().count() >= MOST_VIDEOS:
            form.add_error(None, TOO_MANY)
            return self.page(form)
        self.save(form.write_to)
        messages.success(self.request, "動画を加えました。続けて、字幕や目次などを書けます。")
        return redirect("events:video_texts", self.event.pk, form.instance.pk)

    def page(self, form=None):
        videos = list(self.event.videos.shown())
        context = {
            "event": self.event,
            "videos": videos,
            "form": form or NewVideoForm(),
            "has_room": len(videos) < MOST_VIDEOS,
            "most": MOST_VIDEOS,
            "problems": _problems(form) if form else [],
            "comment": self.comment,
            "edit_url": reverse("events:edit", args=[self.event.pk]),
            "breadcrumb": [*self.breadcrumb, ("動画", None)],
        }
        return render(self.request, "events/videos.html", context)


class VideoTextsView(_PageOfEvent):
    """Title, captions, chapters and transcript of one recording."""

    def dispatch(self, request, pk, video_pk):
        return super().dispatch(request, pk, video_pk=video_pk)

    def get(self, request, video_pk):
        video = self.video(video_pk)
        return self.page(video, VideoTextsForm(instance=video))

    def post(self, request, video_pk):
        video = self.video(video_pk)
        # A form fills in what it judges: the page goes on to say what is saved.
        form = VideoTextsForm(request.POST, request.FILES, instance=copy(video))
        if not form.is_valid():
            form.state = request.POST.get("state", "")
            return self.page(video, form)
        try:
            self.save(form.write_to)
        except ChangedMeanwhile:
            video = self.video(video_pk)
            form.show_conflict(video)
            messages.error(request, CHANGED)
            return self.page(video, form)
        messages.success(request, "動画の説明を保存しました。")
        return redirect(f"{self.videos_url}#video-{video_pk}")

    def video(self, pk):
        video = self.event.videos.shown().filter(pk=pk).first()
        if video is None:
            raise Http404
        return video

    def page(self, video, form):
        context = {
            "event": self.event,
            "video": video,
            "form": form,
            "problems": _problems(form) if form.is_bound else [],
            "comment": self.comment,
            "videos_url": self.videos_url,
            "breadcrumb": [*self.breadcrumb, ("動画", self.videos_url), (video.title, None)],
        }
        return render(self.request, "events/video_texts.html", context)


def _problems(form) -> list[tuple[str, str]]:
    """Every mistake as the id of its control and a sentence."""
    found = [("", error) for error in form.non_field_errors()]
    return found + [(field.id_for_label, f"{field.label}：{error}") for field in form for error in field.errors]
