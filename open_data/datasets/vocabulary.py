"""The vocabulary that all content shares: themes and regions."""

from open_data.columns import Column, Type
from open_data.dataset import LICENCES, Dataset, choice, choice_name, official_code, text
from taxonomy.models import Region, RegionKind, Theme

REGION_SOURCES = [
    "「アドレス・ベース・レジストリ」（デジタル庁）を加工",
    "SSDSE-A-2025（独立行政法人統計センター）",
    "local-gov-code-jp（nojimage、MITライセンス）",
    "localgovjp（Code for FUKUI、CC0）",
]

THEMES = Dataset(
    name="themes",
    title="分野",
    about="すべての内容に付いている23の分野",
    title_key="name",
    objects=Theme.objects.all,
    columns=(
        text("slug", "分野コード", "分野の識別名。変わりません", "shopping", is_required=True),
        text("name", "テーマ", "分野の名称", "買い物", is_required=True),
        text("position", "順番", "表示する順番", "4", type=Type.NUMBER, is_required=True),
        *LICENCES,
    ),
)

REGIONS = Dataset(
    name="regions",
    title="地域",
    about="全国、47都道府県、市区町村、指定都市の行政区。人口と65歳以上の割合",
    title_key="full_name",
    objects=Region.objects.all,
    columns=(
        text("code", "地域コード", "00は全国、2桁は都道府県、6桁は市区町村・行政区", "131016", is_required=True),
        Column("local_government_code", "全国地方公共団体コード", "総務省の6桁のコード。全国は空欄", official_code,
               example="131016"),
        text("name", "名称", "地域の名称", "千代田区", is_required=True),
        text("full_name", "正式な表示", "都道府県からの名称", "東京都千代田区", is_required=True),
        text("kana", "名称(カナ)", "名称の読み", "チヨダク"),
        choice("kind", "地域の種類コード", "種類のコード", RegionKind.choices, is_required=True),
        choice_name("kind_name", "地域の種類", "種類", RegionKind.choices),
        Column("parent", "上位の地域コード", "含まれる地域の地域コード", lambda item: item.parent_id, example="13"),
        text("county", "郡", "町村の郡", "西多摩郡"),
        text("block", "地方", "都道府県の地方", "関東"),
        text("is_designated_city", "指定都市", "trueは、指定都市", "false", type=Type.YES_OR_NO, is_required=True),
        text("population", "人口", "2020年国勢調査。分からないときは空欄", "66680", type=Type.NUMBER),
        text("elderly_ratio", "高齢化率(%)", "65歳以上の割合（2020年国勢調査）。分からないときは空欄", "17.2",
             type=Type.DECIMAL),
        text("area_ha", "面積(ha)", "分からないときは空欄", "1166", type=Type.NUMBER),
        text("url", "公式サイトURL", "市区町村の公式サイト", "https://www.city.chiyoda.lg.jp/", type=Type.ADDRESS),
        Column("sources", "出典", "もとのデータ", lambda item: REGION_SOURCES, type=Type.TEXTS,
               example=REGION_SOURCES[1], is_required=True),
        *LICENCES,
    ),
)  # fmt: skip
