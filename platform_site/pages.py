"""Pages whose whole content is a template: URL name, address, title."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

PAGES = (
    ("about", "about/", "このサイトについて"),
    ("guide", "guide/", "はじめての方へ"),
    ("terms", "terms/", "利用規約・著作権"),
    ("privacy", "privacy/", "プライバシーポリシー"),
    ("accessibility", "accessibility/", "ウェブアクセシビリティ方針"),
)


@method_decorator(login_not_required, name="dispatch")
class PageView(TemplateView):
    title = ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(title=self.title, breadcrumb=[(self.title, None)], **kwargs)


urlpatterns = [
    path(address, PageView.as_view(template_name=f"pages/{name}.html", title=title), name=name)
    for name, address, title in PAGES
]
