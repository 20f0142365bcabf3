"""What people want by mail: following, changing it, stopping it."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from forum.following import Target
from forum.links import Stop
from forum.models import EventNews, Frequency, Notice, Subscriber, Subscription, Topic, Watch, What

MOST_SUBSCRIPTIONS = 30


class TooMany(Exception):
    """Nobody follows more than `MOST_SUBSCRIPTIONS`."""


def settings_of(person) -> Subscriber:
    """What the person has set, or the defaults; unsaved in that case."""
    return Subscriber.objects.filter(person=person).first() or Subscriber(person=person)


@transaction.atomic
def subscriber_of(person) -> Subscriber:
    """The person's row, made if there is none yet, and locked. What was subscribed to under the same, confirmed
    address before there was an account becomes the person's."""
    Subscriber.objects.get_or_create(person=person)
    subscriber = Subscriber.objects.select_for_update(of=["self"]).select_related("person").get(person=person)
    earlier = Subscriber.objects.select_for_update().filter(email__iexact=person.email).first()
    if earlier and person.emailaddress_set.filter(email__iexact=person.email, verified=True).exists():
        _take_over(subscriber, earlier)
    return subscriber


def _take_over(subscriber, earlier):
    known = {_identity(one) for one in subscriber.subscriptions.all()}
    if not known:
        subscriber.frequency = earlier.frequency
        subscriber.save(update_fields=["frequency"])
    new = [one.pk for one in earlier.subscriptions.all() if _identity(one) not in known]
    Subscription.objects.filter(pk__in=new).update(subscriber=subscriber)
    earlier.delete()


def _identity(one) -> tuple:
    return (one.what, one.theme_id, one.region_id, one.organization_id, one.case_id, one.event_id, one.address)


def reader_of(subscriber) -> User | AnonymousUser:
    """As whom the subscriber reads."""
    return subscriber.person if subscriber.person_id else AnonymousUser()


@transaction.atomic
def follow(subscriber: Subscriber, target: Target, *, frequency: str = "", name: str = "") -> Subscription:
    """Follow something; what was there before is not told. What is followed already stays as it is, but for the
    ``frequency`` and ``name`` that are given. Raises TooMany."""
    subscriber = Subscriber.objects.select_for_update(of=["self"]).get(pk=subscriber.pk)
    if known := subscriber.subscriptions.filter(**target.fields).first():
        set_frequency(known, frequency or known.frequency)
        return rename(known, name) if name else known
    if subscriber.subscriptions.count() >= MOST_SUBSCRIPTIONS:
        raise TooMany(f"{subscriber.pk} follows {MOST_SUBSCRIPTIONS}")
    frequency = frequency or subscriber.frequency
    if frequency != subscriber.frequency and target.has_digest:
        subscriber.frequency = frequency
        subscriber.save(update_fields=["frequency"])
    name = name or target.suggested_name
    return Subscription.objects.create(subscriber=subscriber, **target.fields, frequency=frequency, name=name)


def add(subscriber: Subscriber, theme, region, frequency: str = "") -> Subscription:
    """Follow one 分野×地域; None stands for all. Raises TooMany."""
    return follow(subscriber, Target(What.PLACE, theme=theme, region=region), frequency=frequency)


def set_frequency(subscription: Subscription, frequency: str) -> None:
    """Change how often; whoever has received nothing for a time is not told what happened in it."""
    if subscription.frequency == Frequency.NEVER != frequency:
        subscription.sent_until = timezone.now()
    subscription.frequency = frequency
    subscription.save(update_fields=["frequency", "sent_until"])


def rename(subscription: Subscription, name: str) -> Subscription:
    subscription.name = name
    subscription.save(update_fields=["name"])
    return subscription


def look(subscription: Subscription) -> None:
    """Note that the person has seen what is new up to now."""
    subscription.looked_at = timezone.now()
    subscription.save(update_fields=["looked_at"])


@transaction.atomic
def confirm(email: str, target: Target, frequency: str) -> Subscriber:
    """Follow for a confirmed mail address: for the account of that address if there is one. Raises TooMany."""
    person = User.objects.filter(
        is_active=True, email__iexact=email, emailaddress__email__iexact=email, emailaddress__verified=True
    ).first()
    subscriber = subscriber_of(person) if person else _of_address(email)
    follow(subscriber, target, frequency=frequency)
    return subscriber


def _of_address(email):
    known = Subscriber.objects.filter(email__iexact=email).first()
    if known:
        return known
    # Two clicks at once: the constraint lets one through.
    Subscriber.objects.bulk_create([Subscriber(email=email.lower())], ignore_conflicts=True)
    return Subscriber.objects.get(email__iexact=email)


@transaction.atomic
def stop(what: Stop, pks: list[int]) -> None:
    """Send no more mails of this kind; stopped twice it is stopped. The address of somebody without an account
    is forgotten."""
    first = pks[0]
    if what == Stop.DIGEST:
        Subscriber.objects.filter(pk=first, person=None).delete()
        Subscription.objects.in_digests().filter(subscriber=first).update(frequency=Frequency.NEVER)
    elif what == Stop.EVENTS:
        _stop_event_mails(first)
    elif what == Stop.TOPIC:
        topic, person = pks
        if Topic.objects.filter(pk=topic).exists() and User.objects.filter(pk=person, is_active=True).exists():
            Watch.objects.update_or_create(topic_id=topic, user_id=person, defaults={"is_on": False})
            Notice.objects.filter(person=person, post__topic=topic).update(mail_due=False)
    elif User.objects.filter(pk=first, is_active=True).exists():
        Subscriber.objects.update_or_create(person_id=first, defaults={SWITCHES[what]: False})
        if what == Stop.REPLIES:
            Notice.objects.filter(person=first, mail_due=True).update(mail_due=False)


def _stop_event_mails(pk) -> None:
    """Who has no account and follows nothing but events is forgotten, too."""
    EventNews.objects.filter(subscriber=pk, mail_due=True).update(mail_due=False)
    Subscriber.objects.filter(pk=pk).update(event_changes_at_once=False)
    others = Subscription.objects.filter(subscriber=pk).exclude(what=What.EVENT)
    if not others.exists():
        Subscriber.objects.filter(pk=pk, person=None).delete()


# What the other links switch off.
SWITCHES = {
    Stop.REPLIES: "replies_at_once",
    Stop.HELP: "may_be_asked",
    Stop.FOLLOW_UPS: "wants_follow_ups",
    Stop.UNANSWERED: "wants_unanswered",
}
