"""The page where members add, describe, order and remove the pictures of a case."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views import View

from cases.models import CaseStudy
from cases.picture_forms import MOST_PICTURES, Pictures
from publishing import working_copies
from publishing.actions import ChangedMeanwhile, save_changes
from publishing.forms import comments_on
from publishing.items import editable_item
from publishing.models import Status

CHANGED = "ほかの方が先に画像を変えたため、まだ何も保存していません。いまの画像を確かめて、もう一度操作してください。"


class PicturesView(View):
    """Each button of the page saves everything that was typed; a picture shows at once where its case is public."""

    def dispatch(self, request, pk):
        self.case = editable_item(CaseStudy, request.user, pk)
        if self.case.status == Status.DISCARDED or self.waits_for_its_time:
            messages.error(request, "いまの状態では、画像を変えられません。")
            return redirect("cases:edit", pk)
        return super().dispatch(request)

    @property
    def waits_for_its_time(self) -> bool:
        """Approved for a time to come: what is changed now would appear unseen."""
        return self.case.status == Status.SCHEDULED and not self.case.can_self_publish

    def get(self, request):
        return self.page(Pictures(self.case))

    def post(self, request):
        pictures = Pictures(self.case, request.POST, request.FILES)
        if not pictures.is_valid():
            return self.page(pictures)
        try:
            saved = save_changes(self.case, pictures.write_to, by=request.user)
        except ChangedMeanwhile:
            return self.changed_page()
        working_copies.follow_version(request.user, saved.item_kind, saved.pk, saved.version)
        messages.success(request, self.sentence(pictures))
        return redirect(self.next_url())

    def changed_page(self):
        pictures = Pictures(self.case, self.request.POST)
        messages.error(self.request, CHANGED)
        pictures.show_conflict()
        return self.page(pictures)

    def sentence(self, pictures) -> str:
        data = self.request.POST
        if pictures.new.is_bound:
            return "画像を加えました。"
        if "_remove" in data:
            return "画像を外しました。"
        return "画像の順番を変えました。" if "_up" in data or "_down" in data else "画像の説明を保存しました。"

    def next_url(self) -> str:
        """Where the person was on the page."""
        moved = self.request.POST.get("_up") or self.request.POST.get("_down")
        return reverse("cases:pictures", args=[self.case.pk], fragment=f"picture-{int(moved)}" if moved else None)

    def page(self, pictures):
        detail, edit = (reverse(f"cases:{name}", args=[self.case.pk]) for name in ("detail", "edit"))
        context = {
            "case": self.case,
            "pictures": pictures,
            "most": MOST_PICTURES,
            "comment": comments_on(self.case).get("images") if self.case.status == Status.RETURNED else "",
            "edit_url": edit,
            "breadcrumb": [
                ("事例", reverse("cases:list")),
                (self.case.title, detail),
                ("直す", edit),
                ("画像", None),
            ],
        }
        return render(self.request, "cases/pictures.html", context)
