"""The forms of the page where members add, describe, order and remove the pictures of a case."""

import hashlib
import json

from django import forms

from cases.actions import in_order, remove_picture
from cases.models import CaseImage, CaseStudy
from publishing.actions import ChangedMeanwhile
from publishing.forms import Conflict, speak_plainly
from publishing.images import PictureFormField

MOST_PICTURES = 10
TEXTS = ("alt", "caption", "license")


def _state_of(pictures: list[CaseImage]) -> str:
    rows = [[picture.pk, *(getattr(picture, name) for name in CaseImage.CONTENT_FIELDS)] for picture in pictures]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:20]


class PictureTextForm(forms.ModelForm):
    """What is told about one picture."""

    class Meta:
        model = CaseImage
        fields = TEXTS
        labels = {"alt": "画像が見えない人に伝わる説明", "caption": "画像の下に出す説明", "license": "利用条件・撮影者"}
        help_texts = {
            "alt": "何が写っているかを、ひとことで。例：公民館の前で、野菜を手に話す3人",
            "caption": "日付や場所など。",
            "license": "例：撮影 ○○の会、CC BY 4.0",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for name in TEXTS:
            self.fields[name].widget.attrs.pop("maxlength", None)
            speak_plainly(self.fields[name], name)


class NewPictureForm(PictureTextForm):
    image = PictureFormField(
        label="画像のファイル",
        help_text="JPEG・PNG・WebP、10MBまで。撮影した場所などの情報は、自動で取り除きます。",
        error_messages={"required": "画像のファイルを選んでください。"},
    )
    field_order = ("image", *TEXTS)

    class Meta(PictureTextForm.Meta):
        fields = ("image", *TEXTS)

    @property
    def is_begun(self) -> bool:
        """Whether a file was chosen or anything was typed."""
        return bool(self.files.get("new-image")) or any(self.data.get(f"new-{name}", "").strip() for name in TEXTS)


class Pictures:
    """All pictures of a case as one form; each button saves whatever was typed.

    ``state`` says what the page was opened on, so that two people do not undo each other's work.
    """

    def __init__(self, case: CaseStudy, data=None, files=None):
        self.case, self.data = case, data
        self.pictures = list(case.images.shown())
        self.state = _state_of(self.pictures)
        self.forms = [PictureTextForm(data, instance=each, prefix=f"picture-{each.pk}") for each in self.pictures]
        self.new = NewPictureForm(data, files, prefix="new")
        self.conflicts: list[Conflict] = []
        self.further_errors: list[str] = []
        self.is_bound = data is not None
        if not (self.is_bound and (self.adds_one or self.new.is_begun)):
            self.new = NewPictureForm(prefix="new")

    @property
    def adds_one(self) -> bool:
        return bool(self.data) and "_add" in self.data

    @property
    def has_room(self) -> bool:
        return len(self.pictures) < MOST_PICTURES

    def is_valid(self) -> bool:
        """Whether everything may be saved; what is about to be removed is not judged."""
        valid = [form.is_valid() for form in self.forms if not self._is_named("_remove", form.instance)]
        if self.new.is_bound:
            valid.append(self.new.is_valid())
            if not self.has_room:
                self.further_errors.append(
                    f"画像は{MOST_PICTURES}枚までです。加えるときは、先にほかの画像を外してください。"
                )
        known = {str(picture.pk) for picture in self.pictures}
        if any(self.data.get(name, "") not in {"", *known} for name in ("_up", "_down", "_remove")):
            self.further_errors.append("その画像は、もうありません。いまの画像を表示しています。")
        return all(valid) and not self.further_errors

    def _is_named(self, button: str, picture) -> bool:
        return self.data.get(button, "") == str(picture.pk)

    def write_to(self, case: CaseStudy) -> None:
        """Save texts, order, removal and the new picture of ``case``, a fresh and locked row."""
        if Pictures(case).state != self.data.get("state"):
            raise ChangedMeanwhile(case)
        kept = []
        for form in self.forms:
            picture = form.instance
            picture.case = case
            if self._is_named("_remove", picture):
                remove_picture(picture)
                continue
            if form.has_changed():
                picture.save(update_fields=TEXTS)
            kept.append(picture)
        kept = self._moved(kept)
        if self.new.is_bound:
            self.new.instance.case, self.new.instance.position = case, len(kept)
            kept.append(self.new.save())
        in_order(kept)

    def _moved(self, pictures: list) -> list:
        """The pictures with one of them a place further up or down, if a button says so."""
        for place, picture in enumerate(pictures):
            step = -1 if self._is_named("_up", picture) else 1 if self._is_named("_down", picture) else 0
            if step and 0 <= place + step < len(pictures):
                pictures[place], pictures[place + step] = pictures[place + step], pictures[place]
                break
        return pictures

    def show_conflict(self) -> None:
        """After ChangedMeanwhile: what is saved now beside what was typed."""
        for number, form in enumerate(self.forms, start=1):
            saved = CaseImage.objects.get(pk=form.instance.pk)
            for name in TEXTS:
                typed = form[name].value() or ""
                if typed != getattr(saved, name):
                    label = f"{number}枚目：{form.fields[name].label}"
                    self.conflicts.append(Conflict(label, getattr(saved, name), typed))

    def problems(self) -> list[tuple[str, str]]:
        """Every mistake as the id of its control and a sentence."""
        found = [("", error) for error in self.further_errors]
        for number, form in enumerate(self.forms, start=1):
            if form.is_bound and form.errors and not self._is_named("_remove", form.instance):
                found += [(f.id_for_label, f"{number}枚目：{e}") for f in form for e in f.errors]
        if self.new.is_bound:
            found += [(f.id_for_label, f"加える画像：{e}") for f in self.new for e in f.errors]
        return found
