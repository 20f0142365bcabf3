"""Writes about the recordings of events, called by what `publishing.actions.save_changes` is given as ``write``.

Recordings that were removed are deleted by `publishing.attachment_actions.purge_removed`, files that no row
names by `publishing.stored_files.sweep`.
"""

from django.db import transaction
from django.db.models import Max
from django.db.models.signals import post_delete
from django.dispatch import receiver

from events.models import Event, EventVideo
from events.video_files import Recording


def add_video(event: Event, video: EventVideo, recording: Recording | None = None) -> EventVideo:
    """Keep ``video`` as the last one of ``event``, with its file where there is one.

    Sent twice, by a double click, it stays one. Returns the row.
    """
    if recording:
        video.file_format, video.size = recording.format, recording.size
    same = event.videos.shown().filter(title=video.title, url=video.url, size=video.size, file_format=video.file_format)
    if twin := same.first():
        return twin
    last = event.videos.aggregate(last=Max("position"))["last"]
    video.event, video.position = event, 0 if last is None else last + 1
    if recording:
        video.file.save("", recording.file, save=False)
    try:
        video.save()
    except Exception:
        if recording:
            video.file.delete(save=False)
        raise
    return video


def remove_video(event: Event, pk: int) -> None:
    """Take a recording off its event: for good from what never was public, else only marked."""
    video = event.videos.shown().filter(pk=pk).first()
    if video is None:
        return
    if event.published_at is None:
        video.delete()
        return
    video.is_removed = True
    video.save(update_fields=["is_removed"])


def move_video(event: Event, pk: int, step: int) -> None:
    """Put a recording one place further up (-1) or down (1), where there is one."""
    videos = list(event.videos.shown())
    place = next((place for place, video in enumerate(videos) if video.pk == pk), None)
    if place is not None and 0 <= place + step < len(videos):
        videos[place], videos[place + step] = videos[place + step], videos[place]
    for position, video in enumerate(videos):
        if video.position != position:
            video.position = position
            video.save(update_fields=["position"])


@receiver(post_delete, sender=EventVideo)
def _forget_file(instance, **kwargs):
    """The file goes with its row, once that is certain; a signal, because rows also go with their event."""
    if instance.file:
        storage, name = instance.file.storage, instance.file.name
        transaction.on_commit(lambda: storage.delete(name))
