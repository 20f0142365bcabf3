"""Records every change of a table, from any path, by triggers of the database (django-pghistory).

An event table beside each recorded one gets a row for every insert, change and delete; who did it and by
which action stands in the context that `publishing.actions.recorded` and the middleware set.
"""

import pghistory

_TRACKERS = (pghistory.InsertEvent, pghistory.UpdateEvent, pghistory.DeleteEvent)


def record(model):
    """Class decorator: record every change of the model's rows but the day of the last one."""
    exclude = [field.name for field in model._meta.local_fields if field.name == "updated_at"]
    return pghistory.track(*(tracker() for tracker in _TRACKERS), exclude=exclude, meta=_names(model))(model)


def record_links(model, *names: str) -> None:
    """Record what is put into and taken out of many-to-many fields of ``model``."""
    for name in names:
        through = getattr(model, name).through
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.DeleteEvent(),
            app_label=model._meta.app_label,
            model_name=f"{through.__name__.replace('_', '')}Event",
            meta=_names(model),
        )(through)


def _names(model):
    name = f"{model._meta.verbose_name}の記録"
    return {"verbose_name": name, "verbose_name_plural": name}
