"""Finding publishable things by the words in addresses, and on behalf of somebody."""

from functools import cache

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from publishing.models import Publishable


@cache
def publishable_models() -> dict[str, type[Publishable]]:
    """Every content model that goes through the workflow, by its `item_kind`."""
    return {model.item_kind: model for model in apps.get_models() if issubclass(model, Publishable)}


def model_of(kind: str) -> type[Publishable]:
    """The model behind ``kind`` in an address; Http404 when there is none."""
    try:
        return publishable_models()[kind]
    except KeyError as error:
        raise Http404(f"no publishable kind {kind}") from error


def visible_item(model, user, pk) -> Publishable:
    """The item if the person may see it; else Http404."""
    return get_object_or_404(model._default_manager.visible_to(user), pk=pk)


def editable_item(model, user, pk) -> Publishable:
    """The item if the person may edit it; Http404 when it may not be seen, PermissionDenied when only seen."""
    item = visible_item(model, user, pk)
    if not model._default_manager.editable_by(user).filter(pk=pk).exists():
        raise PermissionDenied(f"この{model._meta.verbose_name}を編集できるのは、載せている団体のメンバーだけです。")
    return item
