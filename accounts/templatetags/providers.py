"""The button that leads to the provider; nothing where none is configured."""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("socialaccount/_button.html", takes_context=True)
def provider_button(context, purpose):
    """``{% provider_button "サインイン" %}``: says what signing in there is for."""
    return {
        "name": settings.OIDC_NAME,
        "purpose": purpose,
        "redirect_field": context.get("redirect_field"),
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def provider_name():
    return settings.OIDC_NAME
