"""Policies and their amounts, after the government's data model for services and schemes (GIF 451-4)."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, When

from open_data.columns import Column, Type
from open_data.dataset import (
    ID,
    LICENCES,
    OF_ITEMS,
    PLACES,
    URL,
    Dataset,
    choice,
    choice_name,
    long_text,
    organization_columns,
    page_url,
    text,
    with_places,
    with_tags,
)
from policies.models import Applicant, Policy, PolicyAmount, PolicyKind, Standing
from publishing.models import Status


def _public():
    policies = Policy.objects.published().select_related("organization")
    public_predecessor = Case(When(predecessor__status=Status.PUBLISHED, then=F("predecessor_id")))
    return with_tags(with_places(policies)).annotate(public_predecessor=public_predecessor)


POLICIES = Dataset(
    name="policies",
    title="施策・予算",
    about="高齢者の暮らしを支える取り組みに使える、国や自治体の施策と予算",
    data_model="GIF 実装データモデル（行政）451-4 行政サービス・制度",
    search_kinds=(Policy.search_kind,),
    objects=_public,
    columns=(
        ID,
        URL,
        *organization_columns("制度所管組織"),
        text("department", "担当部署", "所管する機関の中の部署", "老健局認知症施策・地域介護推進課"),
        text("title", "タイトル（制度名）", "施策・予算の題名", "生活支援体制整備事業", is_required=True),
        text("subtitle", "サブタイトル", "副題・通称", "生活支援コーディネーター"),
        text("summary", "概要", "300字までの概要", "市町村が体制をつくるための事業です。", is_required=True),
        long_text("content", "内容", "くわしい内容"),
        text("fiscal_year", "年度", "西暦の年度", "2026", type=Type.NUMBER, is_required=True),
        choice("kind", "制度の種類コード", "種類のコード", PolicyKind.choices, is_required=True),
        choice_name("kind_name", "制度の種類", "種類", PolicyKind.choices),
        choice("standing", "案・確定", "予算案などの案か、確定したものか", Standing.choices, is_required=True),
        long_text("legal_basis", "根拠法令", "根拠となる法令・要綱"),
        text("implementer", "実施組織・支援機関", "実施主体", "市町村"),
        Column("applicants", "対象者コード", "申請できる人・使える人のコード", lambda item: item.applicants,
               type=Type.TEXTS, example="municipality;npo", codes=dict(Applicant.choices)),
        Column("applicant_names", "対象者", "申請できる人・使える人", lambda item: item.applicant_names(),
               type=Type.TEXTS, example="市町村;NPO・社団・財団"),
        long_text("applicants_note", "各種条件", "対象の条件"),
        Column("subsidy_percent", "最大補助率(%)", "国などの補助率。分からないときは空欄",
               lambda item: None if item.subsidy_permille is None else item.subsidy_permille / 10,
               type=Type.DECIMAL, example="38.5"),
        text("subsidy_note", "補助率の説明", "補助率の内訳など", "国38.5％、都道府県19.25％"),
        long_text("amounts_note", "金額の説明", "金額の決まり方。一つひとつの金額はpolicy_amounts.csvにあります"),
        text("budget", "予算額(円)", "単位は円。分からないときは空欄", "180000000000", type=Type.NUMBER),
        text("budget_note", "予算額の説明", "内数であることなど", "地域支援事業の内数"),
        text("is_always_open", "通年で受け付ける", "trueは、いつでも申請できる", "false", type=Type.YES_OR_NO,
             is_required=True),
        text("opens_on", "公募開始日", "受付の開始日", "2026-04-01", type=Type.DAY),
        text("closes_on", "公募終了日", "受付の終了日", "2026-06-30", type=Type.DAY),
        text("application_note", "募集時期", "受付期間の説明", "年度の途中でも相談できます"),
        long_text("how_to_apply", "申請届出方法", "申請の方法"),
        text("shown_until", "公開終了日", "この日を過ぎると、このサイトの一覧に出なくなります", "2027-03-31",
             type=Type.DAY),
        Column("predecessor_id", "元制度番号", "前の年度の施策のID", lambda item: item.public_predecessor,
               type=Type.NUMBER, example="1"),
        *OF_ITEMS,
    ),
)  # fmt: skip


def _public_amounts():
    places = Policy.regions.through.objects.filter(policy=OuterRef("policy_id")).order_by("region_id")
    amounts = PolicyAmount.objects.filter(policy__in=Policy.objects.published().order_by().values("pk"))
    return amounts.select_related("policy").annotate(region_codes=ArraySubquery(places.values("region_id")))


AMOUNTS = Dataset(
    name="policy_amounts",
    title="施策・予算の金額",
    about="施策・予算の単価と上限額。1つの施策に、いくつかの行があります",
    data_model="GIF 実装データモデル（行政）451-4 行政サービス・制度（給付上限額）",
    title_key="label",
    search_kinds=(Policy.search_kind,),
    objects=_public_amounts,
    columns=(
        Column("policy_id", "施策・予算のID", "policies.csvのID", lambda item: item.policy_id, type=Type.NUMBER,
               example="2", is_required=True),
        Column("policy_url", "詳細URL", "施策・予算のページのアドレス", lambda item: page_url(item.policy),
               type=Type.ADDRESS, example="https://example.lg.jp/policies/2/", is_required=True),
        Column("policy", "タイトル（制度名）", "施策・予算の題名", lambda item: item.policy.title,
               example="生活支援体制整備事業", is_required=True),
        Column("fiscal_year", "年度", "西暦の年度", lambda item: item.policy.fiscal_year, type=Type.NUMBER,
               example="2026", is_required=True),
        text("position", "順番", "施策の中での順番", "1", type=Type.NUMBER, is_required=True),
        text("label", "区分", "何についての金額か", "第1層", is_required=True),
        text("amount", "給付上限額(円)", "単位は円。決まっていないときは空欄", "8000000", type=Type.NUMBER),
        text("per", "何に対して", "金額の単位となるもの", "市町村"),
        text("note", "金額の条件", "条件・説明", "共生型の場合"),
        *PLACES,
        *LICENCES,
    ),
)  # fmt: skip
