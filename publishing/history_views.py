"""The history of an item, for the people behind it and for reviewers."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.history import History
from publishing.items import model_of, visible_item
from publishing.paging import page_of

PER_PAGE = 20


@require_safe
def history(request, kind, pk):
    model = model_of(kind)
    item = visible_item(model, request.user, pk)
    is_member = model._default_manager.editable_by(request.user).filter(pk=pk).exists()
    if not is_member and not request.user.has_perm("publishing.review"):
        raise PermissionDenied("変更の履歴をご覧になれるのは、載せている団体のメンバーと事務局だけです。")
    page = page_of(History(item, request.user), request, per_page=PER_PAGE)
    breadcrumb = [(str(item), item.get_absolute_url()), ("変更の履歴", None)]
    context = {"item": item, "page": page, "entries": page.object_list, "breadcrumb": breadcrumb}
    return render(request, "publishing/history.html", context)
