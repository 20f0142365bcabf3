"""What follows from what happens on the board and to accounts."""

from django.db.models.signals import post_save
from django.dispatch import receiver

from accounts.signals import account_closing
from events.signals import event_changed
from forum import event_news, notices
from forum.models import Bookmark, HelpRequest, ModerationStep, Notice, ReadMark, Subscriber, Watch
from forum.signals import best_chosen, post_published


@receiver(post_published)
def tell_of_post(sender, post, **kwargs):
    notices.tell_of_post(post)


@receiver(best_chosen)
def tell_of_best(sender, topic, post, **kwargs):
    notices.tell_of_best(topic, post)


@receiver(post_save, sender=ModerationStep)
def tell_of_step(sender, instance, created, **kwargs):
    """Whatever part of the board makes the step, the author hears of it."""
    if created:
        notices.tell_of_step(instance)


@receiver(event_changed)
def note_event_news(sender, event, changes, **kwargs):
    event_news.note(event, changes)


@receiver(account_closing)
def forget_person(sender, user, **kwargs):
    """What the person read, followed and was told goes; what the person wrote stays without the name."""
    for model in (Notice, HelpRequest, Subscriber):
        model.objects.filter(person=user).delete()
    for model in (Watch, Bookmark, ReadMark):
        model.objects.filter(user=user).delete()
    Subscriber.objects.filter(email__iexact=user.email).delete()
