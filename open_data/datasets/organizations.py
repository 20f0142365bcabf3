"""Organizations, after the government's core data model for bodies (法人)."""

from open_data.columns import Column, Type
from open_data.dataset import ID, OF_ITEMS, URL, Dataset, choice, choice_name, long_text, text, with_places, with_tags
from organizations.models import Organization, OrganizationKind, Scope


def _public():
    return with_tags(with_places(Organization.objects.published()))


ORGANIZATIONS = Dataset(
    name="organizations",
    title="団体",
    about="高齢者の暮らしを支える取り組みに参加している団体。できることと、求めていること",
    data_model="GIF コアデータモデル 法人",
    title_key="name",
    search_kinds=(Organization.search_kind,),
    objects=_public,
    columns=(
        ID,
        URL,
        text("corporate_number", "法人番号", "13桁。法人格のない団体は空欄", "8000012010038"),
        text("name", "商号または名称", "団体の名称", "支え合いの会", is_required=True),
        text("name_kana", "商号または名称(カナ)", "団体の名称の読み", "ササエアイノカイ"),
        choice("kind", "組織種別コード", "団体の種類のコード", OrganizationKind.choices, is_required=True),
        choice_name("kind_name", "組織種別", "団体の種類", OrganizationKind.choices),
        choice("scope", "活動の範囲", "全国で活動するか、地域で活動するか", Scope.choices, is_required=True),
        text("summary", "概要", "300字までの紹介", "地域の支え合いに取り組む団体です。", is_required=True),
        long_text("description", "説明", "くわしい紹介"),
        long_text("offers", "できること", "ほかの団体や地域のためにできること"),
        long_text("seeks", "求めていること", "ほかの団体や地域に求めていること"),
        Column(
            "website", "WebサイトURL", "掲載を希望した団体のウェブサイト",
            lambda item: item.website if item.show_website else None, type=Type.ADDRESS,
            example="https://www.example.jp/",
        ),
        text("endorsed_on", "賛同日", "このサイトの趣旨に賛同した日", "2026-04-01", type=Type.DAY),
        *OF_ITEMS,
    ),
)  # fmt: skip
