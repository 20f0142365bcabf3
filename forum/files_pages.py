"""The files of a post, which its author adds and takes away."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views import View

from forum.actions import locked
from forum.models import Post
from forum.reply_pages import own_post, trail_to
from publishing.attachment_actions import add_attachment
from publishing.attachment_forms import NewAttachmentForm

MOST_FILES = 5
TOO_MANY = f"ファイルは{MOST_FILES}件までです。加えるときは、先にほかのファイルを外してください。"
IS_GONE = "そのファイルは、もうありません。"


class FilesView(View):
    """Each button saves at once: the file shows below the post, to those who may read the post."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request, pk):
        self.post_with_files = own_post(request.user, pk)
        return super().dispatch(request)

    def get(self, request):
        return self.page(NewAttachmentForm())

    def post(self, request):
        if "_remove" in request.POST:
            return self.remove(request.POST["_remove"])
        form = NewAttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form)
        if not self.add(form):
            form.add_error(None, TOO_MANY)
            return self.page(form)
        messages.success(request, "ファイルを加えました。")
        return redirect(request.path)

    @transaction.atomic
    def add(self, form) -> bool:
        """Whether there was room; the topic is locked, so that two clicks at once do not make six."""
        locked(self.post_with_files.topic)
        if self.files.count() >= MOST_FILES:
            return False
        add_attachment(
            self.post_with_files, form.cleaned_data["file"], title=form.cleaned_data["title"], by=self.request.user
        )
        return True

    @property
    def files(self):
        return self.post_with_files.attachments.shown()

    def remove(self, number: str):
        known = number.isascii() and number.isdigit() and len(number) < 19
        found = self.files.filter(pk=number).first() if known else None
        if found:
            found.delete()
            messages.success(self.request, "ファイルを外しました。")
        else:
            messages.error(self.request, IS_GONE)
        return redirect(self.request.path)

    def page(self, form):
        post: Post = self.post_with_files
        files = list(self.files)
        context = {
            "form": form,
            "files": files,
            "has_room": len(files) < MOST_FILES,
            "most": MOST_FILES,
            "post": post,
            "topic": post.topic,
            "breadcrumb": trail_to(post.topic, "ファイルを付ける"),
        }
        return render(self.request, "forum/files.html", context)
