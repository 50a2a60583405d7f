"""Where a login link leads. See projects/login_links.py."""

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from projects import login_links


@never_cache
@require_safe
def login_link(request: HttpRequest, token: str) -> HttpResponseBase:
    link = login_links.read(token)
    if link is None:
        messages.error(request, _("This login link is not valid, or older than an hour."))
        return redirect("account_login")
    target = reverse("reports:dashboard", args=[link.project_id])
    if request.user == link.user:
        return redirect(target)
    if not link.spend():
        messages.error(request, _("This login link was used already."))
        return redirect("account_login")
    # By way of allauth, so that an account with a second factor is asked for it.
    return perform_login(request, Login(user=link.user, redirect_url=target))
