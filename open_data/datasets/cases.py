"""Case studies, after the government's data model for them (GIF 451-3)."""

from django.db.models import Case, F, When

from cases.models import CaseStudy, Stage
from events.models import Event
from open_data.columns import Column, Type
from open_data.dataset import (
    ID,
    OF_ITEMS,
    ORGANIZATION_FIELDS,
    URL,
    Dataset,
    choice,
    choice_name,
    keys_of,
    long_text,
    organization_columns,
    text,
    with_places,
    with_tags,
)
from organizations.models import Organization
from policies.models import Policy
from publishing.models import Status

_FIELDS = (
    *("title", "subtitle", "summary", "stage", "started_year", "reason", "purpose", "content", "first_step"),
    *("partners", "funding", "used_programs", "obstacles", "result", "evaluation", "sustainability", "tips"),
    *("sources", "status", "published_at", "confirmed_at", "updated_at", "is_sample", *ORGANIZATION_FIELDS),
)


def _public():
    cases = CaseStudy.objects.published().select_related("organization").only(*_FIELDS)
    policies, events = CaseStudy.policies.through, CaseStudy.events.through
    partners = CaseStudy.partner_organizations.through
    return with_tags(with_places(cases)).annotate(
        partner_ids=keys_of(partners, "casestudy", "organization", Organization.objects.published()),
        policy_ids=keys_of(policies, "casestudy", "policy", Policy.objects.published()),
        event_ids=keys_of(events, "casestudy", "event", Event.objects.published()),
        public_origin=Case(When(origin__status=Status.PUBLISHED, then=F("origin_id"))),
    )


CASES = Dataset(
    name="cases",
    title="事例",
    about="高齢者の暮らしを支える取り組みの事例。きっかけ、はじめの一歩、費用と財源、つまずいたこと、成果",
    data_model="GIF 実装データモデル（行政）451-3 事例",
    search_kinds=(CaseStudy.search_kind,),
    objects=_public,
    columns=(
        ID,
        URL,
        text("title", "タイトル", "事例の題名", "買い物の送迎を当番で続ける", is_required=True),
        text("subtitle", "サブタイトル", "事例の副題", "車を出す人、呼ぶ人、待つ人"),
        text("summary", "取り組みの概要", "300字までの概要", "住民が当番で車を出しています。", is_required=True),
        *organization_columns("対象組織"),
        text("started_year", "事例実施年", "始めた年（西暦）。分からないときは空欄", "2021", type=Type.NUMBER),
        choice("stage", "段階コード", "取り組みの段階のコード。分からないときは空欄", Stage.choices),
        choice_name("stage_name", "段階", "取り組みの段階", Stage.choices),
        long_text("reason", "取り組み理由", "きっかけ・理由"),
        long_text("purpose", "目的", "めざしたこと"),
        long_text("content", "取り組み内容", "取り組みの内容"),
        long_text("first_step", "はじめの一歩", "最初にしたこと"),
        long_text("partners", "協力者", "協力した人や団体の説明"),
        long_text("funding", "費用と財源", "かかったお金と、その出どころ"),
        long_text("used_programs", "利用した制度", "使った補助金などの説明"),
        long_text("obstacles", "つまずいたこと", "むずかしかったこと"),
        long_text("result", "成果", "どうなったか"),
        long_text("evaluation", "評価の方法", "どう確かめたか"),
        long_text("sustainability", "持続させる仕組み", "続けるための仕組み"),
        long_text("tips", "学んだこと", "まねする人へのこつ"),
        Column("partner_ids", "一緒に取り組んだ団体のID", "organizations.csvのID", lambda item: item.partner_ids,
               type=Type.NUMBERS, example="4;9"),
        Column("policy_ids", "使った施策・予算のID", "policies.csvのID", lambda item: item.policy_ids,
               type=Type.NUMBERS, example="2"),
        Column("event_ids", "紹介したイベントのID", "events.csvのID", lambda item: item.event_ids,
               type=Type.NUMBERS, example="7"),
        Column("origin_id", "関連事例", "もとになった事例のID", lambda item: item.public_origin,
               type=Type.NUMBER, example="5"),
        *OF_ITEMS,
    ),
)  # fmt: skip
