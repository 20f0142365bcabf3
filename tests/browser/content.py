"""What the pages in the browser show: the first content, the samples, and three cases at the edges."""

from datetime import date

from django.core.management import call_command
from django.utils import timezone

from cases.models import CaseLink, CaseStudy, CaseVideo
from events.models import Event
from organizations.models import OrganizationKind, Scope
from places.models import Contact, PlatformFunction
from platform_site.models import Announcement
from policies.models import Policy
from search.actions import index
from taxonomy.models import Region, Theme
from tests.factories import (
    AttachmentFactory,
    CaseImageFactory,
    CaseStudyFactory,
    OrganizationFactory,
    PolicyFactory,
    picture_bytes,
)

TOKYO, OKUTAMA = "13", "133086"
LONG_TITLE = "雪の深い山あいの集落で、移動販売と見守りと除雪をひとつの当番表にまとめ、" * 3
# Markdown with everything that may be wider than a phone.
WIDE_TEXT = """はじめに**「共創」**の場をつくりました。

| 年度 | 参加した人 | 費用 | 財源 | 車両 | 運転した人 | 停留所 |
| --- | --- | --- | --- | --- | --- | --- |
| 令和5年度 | 120人 | 1,200,000円 | 補助金と会費 | 2台 | 12人 | 24か所 |

### 資料

- https://www.example.jp/very/long/address/without/any/break/2025/11/23/report-of-the-whole-year-final.pdf
- `docker-compose-exec-very-long-command-that-does-not-break-anywhere-at-all`

> 「ごみ出しだけでも頼めて助かった」という声がありました。
"""


def load():
    """Put the content in and return the addresses of the pages made for these tests, by name."""
    # A test with transactions of its own may have emptied these, too.
    call_command("load_taxonomy", verbosity=0)
    call_command("load_initial_content", verbosity=0)
    call_command("load_sample_content", verbosity=0)
    today = timezone.localdate()
    important = Announcement.objects.create(
        title="年末年始の受け付けについて",
        body="### 期間\n\n12月28日から1月4日まで、**お返事が遅れます**。",
        published_on=today,
        is_important=True,
    )
    full, sparse, long = _full_case(), CaseStudyFactory(published=True), _long_case()
    _platform_of_tokyo(today)
    return {
        "case_full": full.get_absolute_url(),
        "case_sparse": sparse.get_absolute_url(),
        "case_long": long.get_absolute_url(),
        "case_tree": full.tree_url,
        "organization": full.organization.get_absolute_url(),
        **_policy_pages(),
        **_event_pages(),
        "announcement": f"/announcements/{important.pk}/",
    }


def _full_case():
    organization = OrganizationFactory(
        published=True,
        name="おくたま暮らしの足を守る会",
        name_kana="オクタマクラシノアシヲマモルカイ",
        kind=OrganizationKind.NPO,
        scope=Scope.REGIONAL,
        description="町内会と商店会が集まってできた会です。",
        offers="- 送迎の運行表づくり\n- 運転者の講習",
        seeks="車を貸してくださる事業所",
        address="東京都西多摩郡奥多摩町氷川215-6",
        website="https://www.example.jp/okutama/a-long-address-that-has-to-break-somewhere/",
        show_website=True,
        contact_name="事務局",
        contact_phone="0428-00-0000",
        contact_email="okutama@example.jp",
        regions=[Region.objects.get(code=OKUTAMA)],
        themes=Theme.objects.all()[:5],
    )
    texts = {
        field: WIDE_TEXT if field == "content" else f"**{field}**について書いた文です。"
        for field, _ in CaseStudy.SECTIONS
    }
    case = CaseStudyFactory(
        published=True,
        title="買物の送迎を、住民の当番で続ける",
        subtitle="車を出す人、呼ぶ人、待つ人",
        organization=organization,
        regions=Region.objects.filter(code__in=[OKUTAMA, TOKYO]),
        themes=Theme.objects.all()[3:8],
        started_year=2021,
        contact="電話：0428-00-0000",
        sources="[町の広報](https://www.example.jp/koho/)\n厚生労働省の資料",
        origin=CaseStudyFactory(published=True, title="となり町の当番表"),
        **texts,
    )
    case.partner_organizations.add(OrganizationFactory(published=True))
    case.tags.set(["送迎", "当番"])
    CaseVideo.objects.create(case=case, title="当番表のつくり方", url="https://www.example.jp/video/")
    CaseLink.objects.create(case=case, title="当番表の見本", url="https://www.example.jp/link/")
    CaseImageFactory(case=case, caption="氷川の停留所で", license="CC BY 4.0")
    CaseImageFactory(case=case, image__data=picture_bytes((200, 320)))
    AttachmentFactory(item=case, title="当番表の書き方と、はじめての人のための手引き（令和8年度版）")
    index(case)
    first = CaseStudyFactory(published=True, origin=case, started_year=2024, stage="trial", changed="変えたこと。" * 30)
    CaseStudyFactory(published=True, origin=first, title=LONG_TITLE[:100])
    return case


def _platform_of_tokyo(today):
    """One function in each state, and a contact with everything."""
    page = "https://www.example.jp/a-long-address-that-has-to-break-somewhere/platform/"
    for function, state in (("training", "exists"), ("cases", "preparing"), ("actors", "none")):
        PlatformFunction.objects.create(
            prefecture_id=TOKYO,
            function=function,
            state=state,
            url=page if state == "exists" else "",
            note="年に2回、秋と冬に開きます。" if state == "exists" else "",
            confirmed_on=today,
        )
    Contact.objects.create(
        region_id=TOKYO,
        office="高齢社会対策部",
        phone="03-0000-0000",
        email="a@example.jp",
        url=page,
        confirmed_on=today,
    )


def _event_pages():
    """Of the samples: one that asks for an application, one that was cancelled, and a day with something on it."""
    coming = Event.objects.get(title__endswith="送迎ボランティアの運転者講習")
    day = coming.start_date
    return {
        "event": coming.get_absolute_url(),
        "event_cancelled": Event.objects.get(title__endswith="商店街の暮らしの相談まつり").get_absolute_url(),
        "event_day": f"/events/calendar/{day.year}/{day.month}/{day.day}/",
    }


def _policy_pages():
    policy = Policy.objects.get(title="生活支援体制整備事業")
    newer = PolicyFactory(
        published=True,
        organization=policy.organization,
        predecessor=policy,
        fiscal_year=2026,
        closes_on=date(2100, 1, 1),
    )
    return {
        "policy": policy.get_absolute_url(),
        "policy_changes": f"/policies/{newer.pk}/changes/",
        "standard_amount": "/policies/standard-amount/?region=011002&units=10&areas=27&at_center=6&elsewhere=3"
        "&participation=on&conference=on&year=2025",
    }


def _long_case():
    return CaseStudyFactory(
        published=True,
        title=LONG_TITLE[:100],
        summary="概要" * 150,
        organization=OrganizationFactory(published=True, name="特定非営利活動法人" + "支え合い" * 20),
        regions=Region.objects.filter(code__startswith="01")[:30],
        themes=Theme.objects.all(),
    )
