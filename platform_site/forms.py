from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Renders fields with the one template in ``templates/components/field.html``."""
