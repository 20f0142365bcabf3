"""Mails that did not go out, and how many people want mails of the board; no names, no addresses."""

from django.db.models import Count, Q
from django.urls import reverse

from forum.models import Frequency, Subscriber
from insights.panels import Figure, Link, Panel, Question, Table, register
from mailing.models import MailStatus, OutgoingMail


@register("mails", "メール")
def mails(asked: Question) -> Panel:
    by_status = dict(OutgoingMail.objects.order_by().values_list("status").annotate(Count("pk")))
    wanting = Subscriber.objects.with_digest().order_by().values_list("frequency")
    people = {
        frequency: (members, others)
        for frequency, members, others in wanting.annotate(
            members=Count("pk", filter=Q(person__isnull=False)), others=Count("pk", filter=Q(person__isnull=True))
        )
    }
    rows = [[str(label), *people.get(value, (0, 0))] for value, label in Frequency.choices if value != Frequency.NEVER]
    return Panel(
        figures=[
            Figure("送信に失敗したメール", by_status.get(MailStatus.FAILED, 0), "通"),
            Figure("送信待ちのメール", by_status.get(MailStatus.WAITING, 0), "通"),
            Figure("まとめのメールを受け取る人", sum(map(sum, people.values())), "人"),
        ],
        tables=[
            Table(
                "subscribers",
                "掲示板のまとめのメールを受け取る人",
                ["受け取り方", "登録した人", "メールアドレスだけの人"],
                rows,
            )
        ],
        links=[
            Link(
                "失敗したメールを見る",
                reverse("admin:mailing_outgoingmail_changelist") + f"?status__exact={MailStatus.FAILED}",
                "mailing.view_outgoingmail",
            )
        ],
        notes=["送り終えたメールの記録は30日で消えます。期間を選んでも、この数は変わりません。"],
    )
