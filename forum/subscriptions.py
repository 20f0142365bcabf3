"""What people want by mail: keeping it, changing it, stopping it."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from forum.links import Stop
from forum.models import Frequency, Notice, Subscriber, Subscription, Topic, Watch
from taxonomy import registry

MOST_SUBSCRIPTIONS = 20


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
    if not subscriber.subscriptions.exists():
        subscriber.frequency, subscriber.sent_until = earlier.frequency, earlier.sent_until
        subscriber.save(update_fields=["frequency", "sent_until"])
    for one in earlier.subscriptions.select_related("theme", "region"):
        Subscription.objects.get_or_create(subscriber=subscriber, theme=one.theme, region=one.region)
    earlier.delete()


def reader_of(subscriber) -> User | AnonymousUser:
    """As whom the subscriber reads the board."""
    return subscriber.person if subscriber.person_id else AnonymousUser()


@transaction.atomic
def add(subscriber: Subscriber, theme, region) -> Subscription:
    """Follow one 分野×地域; what was there before is not told. Raises TooMany."""
    subscriber = Subscriber.objects.select_for_update(of=["self"]).get(pk=subscriber.pk)
    known = list(subscriber.subscriptions.all())
    same = [one for one in known if (one.theme_id, one.region_id) == (theme and theme.pk, region and region.pk)]
    if same:
        return same[0]
    if len(known) >= MOST_SUBSCRIPTIONS:
        raise TooMany(f"{subscriber.pk} follows {len(known)}")
    if not known:
        begin_now(subscriber)
    return Subscription.objects.create(subscriber=subscriber, theme=theme, region=region)


def begin_now(subscriber: Subscriber) -> None:
    """Tell only what comes from now on."""
    subscriber.sent_until = timezone.now()
    subscriber.save(update_fields=["sent_until"])


def set_frequency(subscriber: Subscriber, frequency: str) -> None:
    """Change how often; whoever has received nothing for a time is not told what happened in it."""
    if subscriber.frequency == Frequency.NEVER != frequency:
        begin_now(subscriber)
    subscriber.frequency = frequency
    subscriber.save(update_fields=["frequency"])


@transaction.atomic
def confirm(email: str, theme_slug: str, region_code: str, frequency: str) -> Subscriber:
    """Subscribe for a confirmed mail address: for the account of that address if there is one. Raises TooMany."""
    person = User.objects.filter(
        is_active=True, email__iexact=email, emailaddress__email__iexact=email, emailaddress__verified=True
    ).first()
    subscriber = subscriber_of(person) if person else _of_address(email)
    set_frequency(subscriber, frequency)
    theme, region = registry.themes().get(theme_slug), registry.regions().get(region_code)
    add(subscriber, theme, region)
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
        Subscriber.objects.filter(pk=first).update(frequency=Frequency.NEVER)
    elif what == Stop.TOPIC:
        topic, person = pks
        if Topic.objects.filter(pk=topic).exists() and User.objects.filter(pk=person, is_active=True).exists():
            Watch.objects.update_or_create(topic_id=topic, user_id=person, defaults={"is_on": False})
            Notice.objects.filter(person=person, post__topic=topic).update(mail_due=False)
    elif User.objects.filter(pk=first, is_active=True).exists():
        Subscriber.objects.update_or_create(person_id=first, defaults={SWITCHES[what]: False})
        if what == Stop.REPLIES:
            Notice.objects.filter(person=first, mail_due=True).update(mail_due=False)


# What the other links switch off.
SWITCHES = {
    Stop.REPLIES: "replies_at_once",
    Stop.HELP: "may_be_asked",
    Stop.FOLLOW_UPS: "wants_follow_ups",
    Stop.UNANSWERED: "wants_unanswered",
}
