"""Serving documents to whoever may see their item, and the page where members look after them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_safe

from publishing import working_copies
from publishing.actions import ChangedMeanwhile, save_changes
from publishing.attachment_forms import AttachmentsForm
from publishing.attachments import CONTENT_TYPES, MAX_TOTAL_BYTES
from publishing.file_names import download_name, size_text
from publishing.forms import comments_on
from publishing.items import editable_item, model_of, visible_item
from publishing.models import Attachment, FileKind, Status

ONE_HOUR = 60 * 60
# What browsers show by themselves, without a program that could do more.
SHOWN_IN_THE_BROWSER = {FileKind.PDF, FileKind.JPEG, FileKind.PNG, FileKind.WEBP}
CHANGED = "ほかの方が先に資料を変えたため、まだ何も保存していません。いまの資料を確かめて、もう一度操作してください。"


@login_not_required
@require_safe
def attachment(request, pk, name):
    """One document. Its name in the address is for people: whatever it says, the number counts."""
    found = get_object_or_404(Attachment.objects.shown().select_related("content_type"), pk=pk)
    item = visible_item(found.content_type.model_class(), request.user, found.object_id)
    try:
        file = found.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        file,
        as_attachment=found.kind not in SHOWN_IN_THE_BROWSER,
        filename=download_name(found.title, found.kind),
        content_type=CONTENT_TYPES[found.kind],
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # It may be taken off at any time; what is not public must not stay in a shared cache.
    response["Cache-Control"] = f"public, max-age={ONE_HOUR}" if item.is_published else "private, no-store"
    # Documents are compressed already: gzip would only cost time and hide how much is still to come.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return response


class AttachmentsView(View):
    """Each button of the page saves everything that was typed; a document shows at once where its item is public."""

    def dispatch(self, request, kind, pk):
        self.kind, self.item = kind, editable_item(model_of(kind), request.user, pk)
        self.address = reverse("publishing:attachments", args=[kind, pk])
        self.edit_url = reverse(f"{self.item._meta.app_label}:edit", args=[pk])
        if self.item.status == Status.DISCARDED or self.waits_for_its_time:
            messages.error(request, "いまの状態では、資料を変えられません。")
            return redirect(self.edit_url)
        return super().dispatch(request)

    @property
    def waits_for_its_time(self) -> bool:
        """Approved for a time to come: what is changed now would appear unseen."""
        return self.item.status == Status.SCHEDULED and not self.item.can_self_publish

    def get(self, request):
        return self.page(AttachmentsForm(self.item, user=request.user))

    def post(self, request):
        documents = AttachmentsForm(self.item, request.POST, request.FILES, user=request.user)
        if not documents.is_valid():
            return self.page(documents)
        try:
            saved = save_changes(self.item, documents.write_to, by=request.user)
        except ChangedMeanwhile:
            documents = AttachmentsForm(self.item, request.POST, user=request.user)
            documents.show_conflict()
            messages.error(request, CHANGED)
            return self.page(documents)
        working_copies.follow_version(request.user, self.kind, saved.pk, saved.version)
        messages.success(request, self.sentence(documents))
        return redirect(self.address)

    def sentence(self, documents) -> str:
        data = self.request.POST
        if documents.new.is_bound:
            return "資料を加えました。"
        if "_remove" in data:
            return "資料を外しました。"
        return "資料の順番を変えました。" if "_up" in data or "_down" in data else "資料名を保存しました。"

    def page(self, documents):
        detail = self.item.get_absolute_url()
        context = {
            "documents": documents,
            "item": self.item,
            "problems": documents.problems(),
            "comment": comments_on(self.item).get("attachments") if self.item.status == Status.RETURNED else "",
            "most_bytes": size_text(MAX_TOTAL_BYTES),
            "edit_url": self.edit_url,
            "breadcrumb": [
                (self.item._meta.verbose_name, reverse(f"{self.item._meta.app_label}:list")),
                (str(self.item), detail),
                ("直す", self.edit_url),
                ("資料", None),
            ],
        }
        return render(self.request, "publishing/attachments.html", context)
