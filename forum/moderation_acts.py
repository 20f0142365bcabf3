"""What moderators may do with posts, topics, people and answers, as their pages offer it: each with its form."""

from collections.abc import Callable
from dataclasses import dataclass, field

from forum import moderation, moderation_answers, moderation_moving, moderation_people
from forum.models import State
from forum.moderation import MOST_PINNED, TooManyPinned
from forum.moderation_answers import REVERSIBLE
from forum.moderation_forms import (
    ButtonForm,
    MergeForm,
    MoveForm,
    NoteForm,
    PlainForm,
    RuleForm,
    SettleForm,
    SplitForm,
    StepForm,
    SuspendForm,
    WarnForm,
)
from forum.moderation_moving import MOST_SPLIT, CannotMove, Why
from forum.moderation_people import IsModerator, TooLong

# What a step that makes no sense is answered with, beside the form that asked for it.
REFUSED = {
    TooManyPinned: f"1つの掲示板で固定できるのは{MOST_PINNED}件までです。先に、ほかの話題の固定を外してください。",
    IsModerator: "事務局の人の書き込みは止められません。役割を外すのは、管理画面で行います。",
    TooLong: "止められるのは、これから1年以内です。",
}
CANNOT_MOVE = {
    Why.SAME: "いまと同じところです。ほかを選んでください。",
    Why.NEEDS_THEME: "この掲示板へ移すには、分野を1つ以上選んでください。",
    Why.OTHER_READERS: "読める人がちがう掲示板の話題どうしは、まとめられません。先に、同じ掲示板へ移してください。",
    Why.NOT_SHOWN: "まとめたり分けたりできるのは、公開中の話題だけです。",
    Why.NO_POSTS: "その番号の投稿がありません。番号を確かめてください。",
    Why.FIRST_POST: "1番の投稿は分けられません。話題のはじまりなので、残してください。",
    Why.TOO_MANY: f"一度に分けられるのは、{MOST_SPLIT}件までです。",
    Why.HELD_OR_HIDDEN: "公開中でない投稿が入っています。番号を確かめてください。",
}


def why_refused(error: Exception) -> str:
    return CANNOT_MOVE[error.why] if isinstance(error, CannotMove) else REFUSED[type(error)]


REFUSALS = (CannotMove, *REFUSED)


@dataclass(frozen=True)
class Act:
    """One thing to do. ``take(thing, by=…, **typed)`` does it with what the form says."""

    name: str
    # On the button, and as the heading above the form.
    label: str
    form: type[PlainForm]
    take: Callable
    # When it is done.
    said: str
    is_possible: Callable = lambda thing: True
    hint: str = ""
    # What the form is made with.
    options: Callable = lambda thing: {}
    # The most likely one.
    is_first: bool = False

    def blank(self, thing, prefix: str, data=None) -> PlainForm:
        return self.form(data, auto_id=f"id_{prefix}{self.name}_%s", **self.options(thing))


@dataclass(frozen=True)
class ShownAct:
    act: Act
    form: PlainForm

    @property
    def has_fields(self) -> bool:
        return bool(self.form.visible_fields())


@dataclass(frozen=True)
class Acts:
    """The table of what can be done with one kind of thing."""

    acts: dict[str, Act] = field(default_factory=dict)

    @classmethod
    def of(cls, *acts: Act) -> "Acts":
        return cls({act.name: act for act in acts})

    def shown(self, thing, *, prefix="", filled=None) -> list[ShownAct]:
        """What is possible now, each with its empty form; ``filled`` are forms that were refused, by name."""
        filled = filled or {}
        possible = [act for act in self.acts.values() if act.is_possible(thing) or act.name in filled]
        return [ShownAct(act, filled.get(act.name) or act.blank(thing, prefix)) for act in possible]


def _warn_about(post, *, by, key, **typed):
    return moderation_people.warn(post.author, by=by, post=post, key=key, **typed)


def _has_open_reports(post) -> bool:
    return bool(post.open_reports)


OF_POST = Acts.of(
    Act(
        "release",
        "公開する",
        ButtonForm,
        moderation.release,
        "公開しました。書いた人にメールで知らせます。",
        lambda post: post.state == State.HELD,
        is_first=True,
    ),
    Act(
        "dismiss",
        "問題なしとする",
        ButtonForm,
        moderation.dismiss,
        "問題なしとして、通報を閉じました。",
        _has_open_reports,
    ),
    Act(
        "restore",
        "もう一度表示する",
        StepForm,
        moderation.restore_post,
        "もう一度表示しました。書いた人にメールで知らせます。",
        lambda post: post.state == State.HIDDEN,
    ),
    Act(
        "hide",
        "表示しないことにする",
        RuleForm,
        moderation.hide_post,
        "表示しないことにしました。書いた人に、ルールとともにメールで知らせます。",
        lambda post: post.state in moderation.SHOWN_OR_HELD,
        "投稿があった場所には、理由となったルールだけが残ります。書いた人は、一度だけ返事を書けます。",
    ),
    Act(
        "note",
        "注記を付ける",
        NoteForm,
        moderation.annotate,
        "注記を直しました。",
        lambda post: post.state == State.VISIBLE,
        options=lambda post: {"initial": {"note": post.moderator_note}},
    ),
    Act(
        "warn",
        "書いた人に注意する",
        WarnForm,
        _warn_about,
        "注意しました。書いた人に、ルールとともにメールで知らせます。",
        lambda post: post.author is not None and post.state == State.VISIBLE,
        "投稿は表示されたままです。",
    ),
)

OF_TOPIC = Acts.of(
    Act(
        "pin",
        "掲示板のいちばん上に固定する",
        ButtonForm,
        moderation.pin,
        "固定しました。",
        lambda topic: topic.is_visible and not topic.pinned_at,
    ),
    Act(
        "unpin",
        "固定を外す",
        ButtonForm,
        moderation.unpin,
        "固定を外しました。",
        lambda topic: topic.pinned_at,
    ),
    Act(
        "unlock",
        "書き込みを再開する",
        StepForm,
        moderation.unlock,
        "書き込みを再開しました。話題を始めた人にメールで知らせます。",
        lambda topic: topic.is_locked and not topic.merged_into_id,
    ),
    Act(
        "lock",
        "書き込みを止める",
        RuleForm,
        moderation.lock,
        "書き込みを止めました。話題を始めた人に、ルールとともにメールで知らせます。",
        lambda topic: not topic.is_locked and not topic.merged_into_id,
        "これまでの投稿は読めます。新しい返信は書けなくなります。",
    ),
    Act(
        "restore",
        "もう一度表示する",
        StepForm,
        moderation.restore_topic,
        "もう一度表示しました。",
        lambda topic: topic.state == State.HIDDEN and not topic.merged_into_id,
    ),
    Act(
        "hide",
        "話題ごと表示しないことにする",
        RuleForm,
        moderation.hide_topic,
        "話題ごと表示しないことにしました。話題を始めた人に、ルールとともにメールで知らせます。",
        lambda topic: topic.state in moderation.SHOWN_OR_HELD,
        "話題も返信も、事務局のほかには見えなくなります。",
    ),
    Act(
        "move",
        "ほかの掲示板へ移す",
        MoveForm,
        moderation_moving.move,
        "掲示板を移しました。",
        lambda topic: not topic.merged_into_id and topic.state != State.DELETED,
        options=lambda topic: {"topic": topic},
    ),
    Act(
        "merge",
        "ほかの話題にまとめる",
        MergeForm,
        moderation_moving.merge,
        "まとめました。もとのアドレスからは、まとめた先へ移ります。",
        lambda topic: topic.is_visible,
        "投稿はすべて、まとめる先の最後に、書かれた順で並びます。元には戻せません。",
    ),
    Act(
        "split",
        "一部の投稿を新しい話題に分ける",
        SplitForm,
        moderation_moving.split,
        "新しい話題に分けました。",
        lambda topic: topic.is_visible and topic.last_number > 1,
        "選んだ投稿は、この話題から新しい話題へ移ります。投稿の番号は、話題のページで確かめられます。",
    ),
)

OF_PERSON = Acts.of(
    Act(
        "lift",
        "書き込みの停止を解く",
        StepForm,
        moderation_people.lift,
        "停止を解きました。本人にメールで知らせます。",
        lambda person: person.suspension,
    ),
    Act(
        "warn",
        "注意する",
        WarnForm,
        moderation_people.warn,
        "注意しました。本人に、ルールとともにメールで知らせます。",
        hint="特定の投稿についてのときは、その投稿のページから注意してください。どの投稿のことかが、メールに入ります。",
    ),
    Act(
        "suspend",
        "書き込みを止める",
        SuspendForm,
        moderation_people.suspend,
        "書き込みを止めました。本人に、ルールと期限をメールで知らせます。",
        lambda person: not person.suspension,
        "止めているあいだも、読むことはできます。",
    ),
)

OF_ANSWER = Acts.of(
    Act(
        "take_back",
        "対応を取り消す",
        SettleForm,
        moderation_answers.take_back,
        "対応を取り消しました。本人にメールで知らせます。",
        lambda step: step.is_waiting and step.step in REVERSIBLE,
        "表示しないことにした書き込みはもう一度表示し、止めた書き込みは再開します。",
    ),
    Act(
        "uphold",
        "対応を変えない",
        SettleForm,
        moderation_answers.uphold,
        "回答しました。本人にメールで知らせます。",
        lambda step: step.is_waiting,
    ),
)
