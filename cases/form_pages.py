"""What the pages of both forms of a case share."""

from cases.forms import ShortCaseForm
from cases.models import CaseStudy
from publishing.form_pages import ItemFormView


class CaseFormView(ItemFormView):
    """Subclasses say which form it is (`form_class`, `word`) and whether it writes a new case or edits one."""

    model = CaseStudy
    form_class = ShortCaseForm
    word = "short"
    template_name = "cases/case_form.html"
    preview_template_name = "publishing/item_preview.html"
    STEPS = (*ItemFormView.STEPS, "_find")

    def initial(self) -> dict:
        return {}

    def form(self, data=None):
        return self.form_class(data, instance=self.item, initial=self.initial(), user=self.request.user)
