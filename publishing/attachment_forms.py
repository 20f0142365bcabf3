"""The form in which members add, name, order and remove the documents of an item."""

import hashlib
import json

from django import forms
from django.core.exceptions import ValidationError

from publishing import attachments
from publishing.actions import ChangedMeanwhile
from publishing.attachment_actions import add_attachment, in_order, remove_attachment
from publishing.content import content_of
from publishing.file_names import size_text
from publishing.forms import Conflict, speak_plainly
from publishing.models import Attachment, Publishable

NO_FILE = "ファイルを選んでください。"
NO_TITLE = "資料名を入力してください。"
IS_GONE = "その資料は、もうありません。いまの資料を表示しています。"
TOO_MANY = f"資料は{attachments.MAX_FILES}件までです。加えるときは、先にほかの資料を外してください。"
ACCEPTED = ",".join([*(f".{ending}" for ending in ("pdf", "docx", "xlsx", "pptx")), "image/jpeg,image/png,image/webp"])


class DocumentField(forms.FileField):
    """Accepts what `attachments.read` does, and gives back its `Document`."""

    widget = forms.FileInput(attrs={"accept": ACCEPTED})
    default_error_messages = {"required": NO_FILE, "empty": attachments.IS_EMPTY, "missing": NO_FILE}

    def to_python(self, data):
        upload = super().to_python(data)
        return None if upload is None else attachments.read(upload)


class TitleForm(forms.ModelForm):
    """What one document is called."""

    class Meta:
        model = Attachment
        fields = ["title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["title"].widget.attrs.pop("maxlength", None)
        speak_plainly(self.fields["title"], "title")


class NewAttachmentForm(TitleForm):
    file = DocumentField(
        label="ファイル",
        help_text="PDF、Word・Excel・PowerPoint（.docx・.xlsx・.pptx）、画像（JPEG・PNG・WebP）。20MBまで（画像は10MBまで）。",
    )
    field_order = ["file", "title"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        title = self.fields["title"]
        title.required, title.help_text = False, "空欄なら、ファイルの名前を資料名にします。例：利用案内"

    @property
    def is_begun(self) -> bool:
        """Whether a file was chosen or a title typed."""
        return bool(self.files.get(self.add_prefix("file")) or self.data.get(self.add_prefix("title"), "").strip())

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("file") and not cleaned.get("title") and "title" not in self.errors:
            cleaned["title"] = attachments.title_from(self.files[self.add_prefix("file")].name)
            if not cleaned["title"]:
                self.add_error("title", NO_TITLE)
        return cleaned


class AttachmentsForm:
    """All documents of an item as one form; each of its buttons saves whatever was typed.

    It can stand alone (`attachment_views`) or inside the form of an item, which then is
    ``enctype="multipart/form-data"``::

        documents = AttachmentsForm(item, request.POST, request.FILES, user=request.user)
        if form.is_valid() & documents.is_valid():
            save_changes(item, lambda item: (form.write_to(item), documents.write_to(item)), by=request.user)

        {% include "publishing/_attachment_fields.html" with documents=documents only %}

    `problems()` are the mistakes for the summary above the form, `resume` shows what was typed before without
    judging it. ``state`` says what the page was opened on, so that two people do not undo each other's work:
    `write_to` raises ChangedMeanwhile.
    """

    def __init__(self, item: Publishable, data=None, files=None, *, user):
        self.item, self.data, self.user = item, data, user
        self.is_bound = data is not None
        self.present = list(item.attachments.shown()) if item.pk else []
        self.rows = [TitleForm(data, instance=each, prefix=f"attachment-{each.pk}") for each in self.present]
        self.new = NewAttachmentForm(data, files, prefix="attachment-new")
        self.conflicts: list[Conflict] = []
        self.further_errors: list[str] = []
        if not (self.is_bound and (self.new.is_begun or "_add" in data)):
            self.new = NewAttachmentForm(prefix="attachment-new")

    def resume(self, data) -> None:
        """Show the titles that were typed before (a QueryDict); files have to be chosen again."""
        for row in self.rows:
            row.initial["title"] = data.get(row.add_prefix("title"), row.instance.title)
        self.new = NewAttachmentForm(prefix="attachment-new", initial={"title": data.get("attachment-new-title", "")})

    @property
    def has_room(self) -> bool:
        return len(self.present) < attachments.MAX_FILES

    @property
    def most(self) -> int:
        return attachments.MAX_FILES

    @property
    def total(self) -> str:
        """How much the documents take up together."""
        return size_text(self._total_bytes())

    def _total_bytes(self) -> int:
        return sum(attachment.size for attachment in self.present)

    @property
    def state(self) -> str:
        rows = content_of(self.item)["attachments"] if self.item.pk else []
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:20]

    def is_valid(self) -> bool:
        """Whether everything may be saved; what is about to be removed is not judged."""
        valid = [row.is_valid() for row in self.rows if not self.is_removed(row.instance)]
        if self.new.is_bound:
            self._check_room()
            valid.append(self.new.is_valid())
        known = {str(attachment.pk) for attachment in self.present}
        if any(self.data.get(name, "") not in {"", *known} for name in ("_up", "_down", "_remove")):
            self.further_errors.append(IS_GONE)
        return all(valid) and not self.further_errors

    def _check_room(self) -> None:
        document = self.new.is_valid() and self.new.cleaned_data["file"]
        if not self.has_room:
            self.further_errors.append(TOO_MANY)
        elif document and self._total_bytes() + document.size > attachments.MAX_TOTAL_BYTES:
            sentence = f"資料は合わせて{size_text(attachments.MAX_TOTAL_BYTES)}までです（いまは{self.total}です）。"
            self.new.add_error("file", ValidationError(f"{sentence}先にほかの資料を外すか、小さくしてください。"))

    def is_removed(self, attachment) -> bool:
        return self._is_named("_remove", attachment)

    def _is_named(self, button: str, attachment) -> bool:
        return bool(self.data) and self.data.get(button, "") == str(attachment.pk)

    def write_to(self, item: Publishable) -> None:
        """Save titles, order, removal and the new document of ``item``, a fresh and locked row."""
        if AttachmentsForm(item, user=self.user).state != self.data.get("attachments-state"):
            raise ChangedMeanwhile(item)
        kept = []
        for row in self.rows:
            if self.is_removed(row.instance):
                remove_attachment(item, row.instance)
                continue
            if row.has_changed():
                row.instance.save(update_fields=["title"])
            kept.append(row.instance)
        in_order(self._moved(kept))
        if self.new.is_bound:
            cleaned = self.new.cleaned_data
            add_attachment(item, cleaned["file"], title=cleaned["title"], by=self.user)

    def _moved(self, kept: list) -> list:
        """The documents with one of them a place further up or down, if a button says so."""
        for place, attachment in enumerate(kept):
            step = -1 if self._is_named("_up", attachment) else 1 if self._is_named("_down", attachment) else 0
            if step and 0 <= place + step < len(kept):
                kept[place], kept[place + step] = kept[place + step], kept[place]
                break
        return kept

    def show_conflict(self) -> None:
        """After ChangedMeanwhile: what is saved now beside what was typed; saving again is then on purpose."""
        for number, row in enumerate(self.rows, start=1):
            typed = row["title"].value() or ""
            if typed != row.initial["title"]:
                self.conflicts.append(Conflict(f"{number}件目の資料名", row.initial["title"], typed))

    def problems(self) -> list[tuple[str, str]]:
        """Every mistake as the id of its control and a sentence."""
        found = [("", error) for error in self.further_errors]
        for number, row in enumerate(self.rows, start=1):
            if row.is_bound and row.errors and not self.is_removed(row.instance):
                found += [(f.id_for_label, f"{number}件目の{f.label}：{e}") for f in row for e in f.errors]
        if self.new.is_bound:
            found += [(f.id_for_label, f"加える資料の{f.label}：{e}") for f in self.new for e in f.errors]
        return found

    @property
    def has_lost_its_file(self) -> bool:
        """Whether a good file was chosen that has to be chosen again: browsers do not keep it."""
        return self.new.is_bound and bool(self.new.files) and "file" not in self.new.errors
