"""The rows inside the full form of a case: videos and links."""

from django import forms

from publishing.form_fields import WebAddressField
from publishing.rows import RowForm, RowKind

MOST_ROWS = 10


class VideoRow(RowForm):
    title = forms.CharField(label="動画の題名", max_length=100)
    url = WebAddressField(label="動画のアドレス", max_length=200)

    NEEDED = ("title", "url")


class LinkRow(RowForm):
    title = forms.CharField(label="リンクの題名", max_length=100)
    url = WebAddressField(label="リンクのアドレス", max_length=200)

    NEEDED = ("title", "url")


# By the name of the reverse relation.
ROWS = {
    "videos": RowKind(VideoRow, "動画", "動画の行を増やす", MOST_ROWS, labels_suffice=True),
    "links": RowKind(LinkRow, "関連リンク", "リンクの行を増やす", MOST_ROWS, labels_suffice=True),
}
