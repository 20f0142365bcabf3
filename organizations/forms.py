"""Forms of organizations: three steps of registration, one page for editing, invitations."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.roles import OrganizationRole
from organizations.form_fields import (
    CorporateNumberField,
    KanaField,
    PhoneField,
    PostalCodeField,
    RegionsField,
    WebsiteField,
    picked_region,
)
from organizations.models import Organization, Scope
from publishing.forms import ItemForm, JapaneseTagField
from taxonomy import registry
from taxonomy.models import NATION_CODE, Theme

ABOUT = ["name", "name_kana", "kind", "corporate_number", "postal_code", "address"]
ACTIVITY = ["scope", "regions", "themes", "summary", "offers", "seeks", "description", "tags"]
CONTACT = ["contact_name", "contact_email", "contact_phone", "website", "show_website"]
NUMBER_IS_MISSING = "法人番号を入力してください。番号のない団体は「法人番号のない団体です」を選んでください。"
# What an organization accepts before it asks to be listed.
CRITERIA = (
    ("activity", "高齢者の暮らしを支える活動をしている、またはこれから始めます。"),
    ("purpose", "商品やサービスの宣伝・勧誘だけを目的とした登録ではありません。"),
    ("facts", "載せる内容は事実です。変わったときは、自分たちで直します。"),
    ("privacy", "人の名前・写真・連絡先は、本人の了解を得てから載せます。"),
    ("antisocial", "暴力団などの反社会的勢力と関わりがありません。"),
)


def _text(rows, **attrs):
    return forms.Textarea(attrs={"rows": rows, **attrs})


class AboutForm(ItemForm):
    """Step 1: who the organization is."""

    name_kana = KanaField(
        label="団体名のふりがな",
        max_length=150,
        help_text="ひらがなでも、カタカナでもかまいません。例：ささえあいのかい",
    )
    corporate_number = CorporateNumberField(
        label="法人番号",
        help_text="国税庁が定めた13桁の番号です。番号がないときは、下のチェックを付けてください。",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input--short"}),
    )
    has_no_number = forms.BooleanField(label="法人番号のない団体です", required=False)
    postal_code = PostalCodeField(
        label="郵便番号",
        required=False,
        help_text="例：123-4567",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code", "class": "input--short"}),
    )

    class Meta:
        model = Organization
        fields = ABOUT
        labels = {"address": "所在地"}
        help_texts = {
            "name": "正式な名前を入力してください。例：NPO法人ささえあいの会",
            "address": "団体のページに載ります。代表者の自宅などで載せたくないときは、市区町村まででかまいません。",
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "address": forms.TextInput(attrs={"autocomplete": "street-address"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "選んでください"), *self.fields["kind"].choices[1:]]
        self.fields["kind"].error_messages["required"] = "団体の種類を選んでください。"
        has_none = bool(self.instance.pk) and not self.instance.corporate_number
        self.fields["has_no_number"].initial = has_none
        number = self.fields["corporate_number"]
        number.required = not (self.data.get("has_no_number") if self.is_bound else has_none)
        number.error_messages["required"] = NUMBER_IS_MISSING

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("corporate_number") and cleaned.get("has_no_number"):
            self.add_error(
                "has_no_number", "法人番号が入力されています。番号のない団体のときは、番号を消してください。"
            )
        return cleaned


class ActivityForm(ItemForm):
    """Step 2: where it acts, what for, and what it offers and seeks."""

    regions = RegionsField(label="活動地域", required=False)
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label="分野",
        help_text="あてはまるものを、いくつでも選べます。",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "分野を1つ以上選んでください。",
            "invalid_choice": "分野が見つかりません。選び直してください。",
            "invalid_pk_value": "分野が見つかりません。選び直してください。",
        },
    )
    tags = JapaneseTagField(
        label="タグ", required=False, help_text="活動を表す言葉を「、」で区切って入力します。例：移動販売、公民館"
    )

    class Meta:
        model = Organization
        fields = ACTIVITY
        labels = {"description": "詳しい紹介"}
        help_texts = {
            "summary": "どんな団体か、300字以内で。一覧にも出ます。",
            "offers": "ほかの団体や地域に、力を貸せること。例：講師の派遣、車いす対応車の貸し出し",
            "seeks": "一緒に取り組みたいこと、困っていること。例：運転ボランティア、集まる場所",
            "description": "活動の様子や沿革などを自由に書けます。行を空けると段落になります。",
        }
        widgets = {
            "scope": forms.RadioSelect,
            "summary": _text(5),
            "offers": _text(4),
            "seeks": _text(4),
            "description": _text(8),
        }

    @property
    def picked(self):
        """The region that stands in the picker, for showing the form again."""
        try:
            return picked_region(self.data) if self.is_bound else None
        except ValidationError:
            return None

    @property
    def picker(self):
        """What `components/region_picker.html` shows."""
        region = self.picked
        prefecture = registry.regions()[region.prefecture_code] if region and region.code != NATION_CODE else None
        return {
            "region": region,
            "prefecture": prefecture,
            "prefectures": registry.prefectures(),
            "municipalities": registry.municipalities_of(prefecture.code) if prefecture else (),
            "empty_label": "選んでください",
            # 全国 is a question of its own, just above.
            "is_local": True,
        }

    @property
    def chosen_regions(self):
        """The regions that are chosen so far; codes that do not exist are left to the validation."""
        codes = [str(value) for value in self["regions"].value() or []]
        return [registry.regions()[code] for code in dict.fromkeys(codes) if code in registry.regions()]

    def clean(self):
        """What still stands in the picker counts as chosen."""
        cleaned = super().clean()
        if "regions" in self.errors:
            return cleaned
        try:
            picked = picked_region(self.data)
        except ValidationError as error:
            self.add_error("regions", error)
            return cleaned
        codes = {region.pk for region in cleaned["regions"]}
        if picked and picked.code == NATION_CODE:
            cleaned["scope"] = Scope.NATIONAL
        elif picked:
            codes.add(picked.code)
        if not codes and cleaned.get("scope") == Scope.REGIONAL:
            self.add_error("regions", "活動地域を1つ以上選んでください。")
        cleaned["regions"] = [registry.regions()[code] for code in sorted(codes)]
        return cleaned


class ContactForm(ItemForm):
    """Step 3: how to reach it, and the criteria it accepts before it asks to be listed."""

    contact_phone = PhoneField(
        label="電話番号",
        required=False,
        help_text="例：03-1234-5678",
        max_length=20,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "class": "input--short"}),
    )
    website = WebsiteField(
        label="ウェブサイト", required=False, help_text="例：https://www.example.jp/", max_length=200
    )
    criteria = forms.MultipleChoiceField(
        choices=CRITERIA,
        label="掲載の条件",
        required=False,
        help_text="申請の前に、1つずつ確かめてチェックを付けてください。",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "掲載の条件を選び直してください。"},
    )

    class Meta:
        model = Organization
        fields = CONTACT
        labels = {"contact_name": "部署・担当", "contact_email": "メールアドレス"}
        help_texts = {"contact_name": "例：事務局、地域づくり担当 山田", "show_website": ""}
        widgets = {"contact_email": forms.EmailInput(attrs={"autocomplete": "email"})}
        error_messages = {
            "contact_email": {"invalid": "メールアドレスの形で入力してください。例：taro@example.jp"},
        }

    # Buttons that ask the secretariat, or the public, to take it as it is.
    ASKING = ("_submit", "_publish")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["show_website"].label = "団体のページに、ウェブサイトへのリンクを載せることを希望します"
        if self.instance.criteria_accepted_at:
            del self.fields["criteria"]

    def clean(self):
        cleaned = super().clean()
        is_asking = any(name in self.data for name in self.ASKING)
        if is_asking and "criteria" in self.fields and "criteria" not in self.errors:
            open_ones = len(CRITERIA) - len(set(cleaned["criteria"]))
            if open_ones:
                self.add_error(
                    "criteria",
                    f"チェックの付いていない条件が{open_ones}つあります。申請の前に、すべて確かめてください。",
                )
        if cleaned.get("show_website") and not cleaned.get("website") and "website" not in self.errors:
            self.add_error("website", "リンクを載せるときは、ウェブサイトのアドレスを入力してください。")
        return cleaned

    def write_to(self, item):
        if len(set(self.cleaned_data.get("criteria", ()))) == len(CRITERIA):
            item.criteria_accepted_at = timezone.now()
        super().write_to(item)


class EditForm(AboutForm, ActivityForm, ContactForm):
    """Everything on one page."""

    class Meta:
        model = Organization
        fields = [*ABOUT, *ACTIVITY, *CONTACT]
        labels = AboutForm.Meta.labels | ActivityForm.Meta.labels | ContactForm.Meta.labels
        help_texts = AboutForm.Meta.help_texts | ActivityForm.Meta.help_texts | ContactForm.Meta.help_texts
        widgets = AboutForm.Meta.widgets | ActivityForm.Meta.widgets | ContactForm.Meta.widgets
        error_messages = ContactForm.Meta.error_messages


class InvitationForm(forms.Form):
    email = forms.EmailField(
        label="招待する方のメールアドレス",
        max_length=254,
        help_text="例：hanako@example.jp",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "メールアドレスを入力してください。",
            "invalid": "メールアドレスの形で入力してください。例：hanako@example.jp",
            "max_length": "メールアドレスは254文字以内で入力してください。",
        },
    )
    role = forms.ChoiceField(
        label="役割",
        choices=[
            (OrganizationRole.EDITOR, "編集者（団体の情報と事例を書く）"),
            (OrganizationRole.OWNER, "管理者（編集に加えて、メンバーの招待や変更もできる）"),
        ],
        initial=OrganizationRole.EDITOR,
        widget=forms.RadioSelect,
        error_messages={"required": "役割を選んでください。", "invalid_choice": "役割を選び直してください。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs.pop("maxlength", None)

    def clean_email(self):
        return unicodedata.normalize("NFKC", self.cleaned_data["email"]).lower()
