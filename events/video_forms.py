"""The forms in which members add a recording and write what belongs to it."""

import hashlib
import json

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from events import video_captions, video_files
from events.models import Event, EventVideo
from events.video_actions import add_video
from events.video_chapters import parse_chapters
from publishing.actions import ChangedMeanwhile
from publishing.attachments import title_from
from publishing.file_names import size_text
from publishing.form_fields import WebAddressField
from publishing.forms import Conflict, speak_plainly

MOST_VIDEOS = 10
LONGEST_TRANSCRIPT = 200_000
LONGEST = {"transcript": LONGEST_TRANSCRIPT, "captions": video_captions.LONGEST_CAPTIONS}

NOTHING_CHOSEN = "動画のアドレスを入力するか、動画のファイルを選んでください。"
ONLY_ONE = "アドレスとファイルは、どちらか一方だけにしてください。"
NO_TITLE = "題名を入力してください。"
NO_ADDRESS = "動画のアドレスを入力してください。"
TOO_MANY = f"動画は{MOST_VIDEOS}本までです。加えるときは、先にほかの動画を外してください。"
TWO_CAPTIONS = "字幕のファイルを選んだときは、下の「字幕」の欄を書き換えないでください。どちらか一方だけを使います。"


class VideoField(forms.FileField):
    """Accepts what `video_files.read` does, and gives back its `Recording`."""

    widget = forms.FileInput(attrs={"accept": "video/mp4,video/webm,.mp4,.webm"})
    default_error_messages = {"empty": video_files.IS_EMPTY, "missing": NOTHING_CHOSEN}

    def to_python(self, data):
        upload = super().to_python(data)
        return None if upload is None else video_files.read(upload)


class CaptionsField(forms.FileField):
    """Accepts a WebVTT or SubRip file and gives back its text as WebVTT."""

    widget = forms.FileInput(attrs={"accept": ".vtt,.srt,text/vtt"})
    default_error_messages = {"empty": video_captions.IS_NO_CAPTIONS, "missing": video_captions.IS_NO_CAPTIONS}

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        return video_captions.to_webvtt(video_captions.decoded(upload.read(video_captions.MOST_BYTES + 1)))


class _VideoForm(forms.ModelForm):
    """What both forms share: limits and characters of texts in plain words."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField):
                speak_plainly(field, name, longest=LONGEST.get(name, 10_000))

    def clean(self):
        """Browsers send line breaks as two characters: saved so, an untouched text would count as changed."""
        cleaned = super().clean()
        return {
            name: value.replace("\r\n", "\n") if isinstance(value, str) else value for name, value in cleaned.items()
        }


class NewVideoForm(_VideoForm):
    """A recording in one step, few fields: what browsers forget after a mistake is a file of hundreds of megabytes."""

    file = VideoField(label="動画のファイル", required=False)
    field_order = ("url", "file", "title", "license")

    class Meta:
        model = EventVideo
        fields = ("url", "title", "license")
        field_classes = {"url": WebAddressField}
        labels = {"license": "利用条件・撮影者"}
        help_texts = {
            "url": "YouTubeやVimeoに載せた動画は、このサイトの中で見られます。ほかのサイトの動画はリンクになります。",
            "title": "例：第1部 基調講演。ファイルのときは、空欄ならファイルの名前を題名にします。",
            "license": "例：撮影 ○○の会、CC BY 4.0",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, prefix="new", **kwargs)
        self.fields["title"].required = False
        file, most = self.fields["file"], settings.MAX_VIDEO_BYTES
        if not most:
            del self.fields["file"]
            return
        file.help_text = (
            f"MP4かWebM、{size_text(most)}まで。大きなファイルは送り終わるまで数分かかります。"
            "画面を閉じずにお待ちください。"
        )
        file.widget.attrs |= {"data-most-bytes": most, "data-too-large": video_files.too_many_bytes()}

    def clean(self):
        cleaned = super().clean()
        has_file = bool(self.files.get("new-file")) and "file" in self.fields
        if has_file and cleaned.get("url"):
            self.add_error("url", ONLY_ONE)
        if not has_file and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", NOTHING_CHOSEN)
        if not cleaned.get("title") and "title" not in self.errors:
            cleaned["title"] = title_from(self.files["new-file"].name) if has_file else ""
            if not cleaned["title"]:
                self.add_error("title", NO_TITLE)
        return cleaned

    def write_to(self, event: Event) -> None:
        """Keep the recording of ``event``, a fresh and locked row, as `instance`."""
        names = ("url", "title", "license")
        video = EventVideo(**{name: self.cleaned_data[name] for name in names})
        self.instance = add_video(event, video, self.cleaned_data.get("file"))

    def _post_clean(self):
        """The row is only made when it is written: without its event and file it could not be judged."""


class VideoTextsForm(_VideoForm):
    """What is told about one recording. ``state`` says what the form was opened on."""

    captions_file = CaptionsField(
        label="字幕のファイル",
        required=False,
        help_text="WebVTT（.vtt）かSubRip（.srt）。選ぶと、いまの字幕と入れ替わります。",
    )
    field_order = ("title", "url", "captions_file", "captions", "chapters", "transcript", "license")

    class Meta:
        model = EventVideo
        fields = ("title", "url", "captions", "chapters", "transcript", "license")
        field_classes = {"url": WebAddressField}
        labels = {"captions": "字幕", "license": "利用条件・撮影者"}
        help_texts = {
            "captions": f"直すことも、貼り付けることもできます。時刻は「{video_captions.EXAMPLE}」のように書きます。",
            "chapters": "1行に1つ、時間、空白、題の順に書きます。例：0:05:30 取り組みの紹介",
            "transcript": "話された内容を文字にしたもの。検索でも見つかるようになります。20万文字まで。",
            "license": "例：撮影 ○○の会、CC BY 4.0",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.file:
            del self.fields["url"]
        else:
            # They lie where the video lies.
            del self.fields["captions_file"], self.fields["captions"]
            self.fields["url"].required = True
            self.fields["url"].error_messages["required"] = NO_ADDRESS
        self.state = _state_of(self.instance)
        self.conflicts: list[Conflict] = []

    def clean_chapters(self):
        problems = parse_chapters(self.cleaned_data["chapters"])[1]
        if problems:
            raise ValidationError(problems)
        return self.cleaned_data["chapters"]

    def clean_captions(self):
        text = self.cleaned_data["captions"]
        return video_captions.to_webvtt(text) if text.strip() else ""

    def clean(self):
        cleaned = super().clean()
        uploaded = cleaned.get("captions_file")
        if uploaded and cleaned.get("captions", "") not in ("", self.instance.captions, uploaded):
            self.add_error("captions_file", TWO_CAPTIONS)
        elif uploaded:
            cleaned["captions"] = uploaded
        return cleaned

    def write_to(self, event: Event) -> None:
        """Save the texts of the recording of ``event``, a fresh and locked row; raises ChangedMeanwhile."""
        video = event.videos.shown().filter(pk=self.instance.pk).first()
        if video is None or _state_of(video) != self.data.get("state"):
            raise ChangedMeanwhile(event)
        names = [name for name in self._meta.fields if name in self.fields]
        for name in names:
            setattr(video, name, self.cleaned_data[name])
        video.save(update_fields=names)

    def show_conflict(self, current: EventVideo) -> None:
        """After ChangedMeanwhile: what is saved now beside what was typed; saving again is then on purpose."""
        self.state = _state_of(current)
        for name in self._meta.fields:
            if name in self.fields and self.cleaned_data[name] != getattr(current, name):
                label = str(self.fields[name].label)
                self.conflicts.append(Conflict(label, getattr(current, name), self.cleaned_data[name]))


def _state_of(video: EventVideo) -> str:
    texts = [getattr(video, name) for name in EventVideo.CONTENT_FIELDS if name != "position"]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:20]
