"""The rows inside the form of a policy: amounts, links to documents, questions and answers."""

from django import forms

from publishing.form_fields import WebAddressField
from publishing.rows import RowForm, RowKind
from publishing.typed_fields import YenField


class AmountRow(RowForm):
    label = forms.CharField(label="区分", max_length=100, help_text="例：第1層（市町村区域）")
    amount = YenField(label="単価", help_text="例：8,000千円。決まっていないときは空欄")
    per = forms.CharField(label="何に対して", max_length=50, help_text="例：市町村、日常生活圏域")
    note = forms.CharField(label="条件・説明", max_length=200)

    NEEDED = ("label",)


class DocumentRow(RowForm):
    title = forms.CharField(label="資料名", max_length=100)
    url = WebAddressField(label="アドレス", max_length=200)
    note = forms.CharField(label="説明", max_length=200)

    NEEDED = ("title", "url")


class QuestionRow(RowForm):
    question = forms.CharField(label="質問", max_length=200)
    answer = forms.CharField(label="答え", max_length=2000, widget=forms.Textarea)

    NEEDED = ("question", "answer")


# By the name of the reverse relation.
ROWS = {
    "amounts": RowKind(AmountRow, "金額", "金額の行を加える"),
    "documents": RowKind(DocumentRow, "関連資料（リンク）", "関連資料の行を加える"),
    "questions": RowKind(QuestionRow, "よくある質問", "質問の行を加える"),
}
