"""What pages show of the account that looks at them."""

from typing import Any

from allauth.account.models import EmailAddress
from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("account/_unverified.html", takes_context=True)
def unverified_email(context: Context) -> dict[str, Any]:
    """A banner that asks to confirm the address, with a button to have the mail sent again. One query."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    addresses = EmailAddress.objects.filter(user=user, primary=True, verified=False)
    return {"address": addresses.first(), "csrf_token": context.get("csrf_token")}
