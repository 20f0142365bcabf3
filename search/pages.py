"""The page of one searchable object."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.views.generic import TemplateView

from search.actions import SAMPLE, facets_of
from search.cards import NOW_SLOT, render_page


@dataclass(frozen=True)
class Body:
    """What of a page is the same for all readers, and the facets that related things are sought by.

    `status` is empty for what is public.
    """

    title: str
    description: str
    html: SafeString
    facets: list[str]
    status: str = ""

    @property
    def halves(self) -> tuple[SafeString, SafeString]:
        """The page up to its room for what hangs on the day, and the rest; all of it is the rest where it has none."""
        head, _, rest = self.html.rpartition(NOW_SLOT)
        return mark_safe(head), mark_safe(rest)  # noqa: S308 (rendered by a template)

    def values(self, mark: str) -> list[str]:
        """What stands behind ``mark`` ("at", "in", "theme", "by") among the facets."""
        return [facet[len(mark) + 1 :] for facet in self.facets if facet.startswith(mark + ":")]

    @property
    def is_for_search_engines(self) -> bool:
        """Whether it is public, and tells of something that exists."""
        return not self.status and SAMPLE not in self.facets


def stored_body(kind: str, pk: int) -> Body | None:
    """The page as it was rendered when it was written; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.title, c.excerpt, c.page, c.facets FROM search_entry e
            JOIN search_card c ON c.entry_id = e.id
            WHERE e.kind = %s AND e.object_id = %s AND c.page IS NOT NULL
            """,
            [kind, pk],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    title, excerpt, page, facets = row
    return Body(title, excerpt, mark_safe(page), facets)  # noqa: S308 (rendered by a template)


def rendered_body(model, pk: int, user) -> Body:
    """The page rendered now, of what is not public for those who may see it; Http404 for the others."""
    item = get_object_or_404(model._default_manager.visible_to(user).for_detail(), pk=pk)
    status = "" if item.is_published else item.status
    return Body(str(item), item.summary, render_page(item), facets_of(item), status)


def previewed_body(item, write) -> Body:
    """The page as it would be after ``write(item)``, which is called with the stored row and then undone.

    ``write`` must not store files: only the database forgets them again.
    """
    objects = type(item)._default_manager
    with transaction.atomic():
        write(objects.get(pk=item.pk))
        item = objects.for_detail().get(pk=item.pk)
        body = Body(str(item), item.summary, render_page(item, is_preview=True), facets_of(item), item.status)
        transaction.set_rollback(True)
    return body


def previewed_new(item, write) -> Body:
    """The page of an ``item`` that is not stored yet, as ``write(item)`` would store it; made, shown and undone."""
    with transaction.atomic():
        write(item)
        body = previewed_body(item, lambda fresh: None)
        transaction.set_rollback(True)
    return body


@method_decorator(login_not_required, name="dispatch")
class SearchableDetailView(TemplateView):
    """The page of one object of `model`. Subclasses add what stands around the stored body."""

    http_method_names = ["get", "head", "options"]
    model = None

    def get_context_data(self, pk, **kwargs):
        body = stored_body(self.model.search_kind, pk) or rendered_body(self.model, pk, self.request.user)
        list_url = reverse(f"{self.model._meta.app_label}:list")
        page_head, page_rest = body.halves
        return super().get_context_data(
            title=body.title,
            description=body.description,
            page_head=page_head,
            page_rest=page_rest,
            item_pk=pk,
            status=body.status,
            is_for_search_engines=body.is_for_search_engines,
            page_type="article",
            breadcrumb=[(self.model._meta.verbose_name, list_url), (body.title, None)],
            **self.around(pk, body),
            **kwargs,
        )

    def around(self, pk: int, body: Body) -> dict:
        """More context: related things."""
        return {}
