"""One's own account: profile, access tokens, its end. Passwords, addresses and second factors are allauth's pages."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from analytics_pulse import clock
from projects import languages
from projects.actions.accounts import delete_account
from projects.actions.keys import create_access_token, revoke_access_token
from projects.forms.account import DeleteAccountForm, ProfileForm
from projects.forms.keys import AccessTokenForm
from projects.models import Organization
from projects.views.signed_in import SignedInRequest


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    user = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": get_language()})
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.language = form.cleaned_data["language"]
        user.save(update_fields=["name", "language"])
        response = redirect("projects:account")
        languages.remember(response, user.language)
        with languages.writing_to(user):
            messages.success(request, _("Saved."))
        return response
    return render(request, "projects/account/profile.html", {"form": form})


@login_required
@never_cache  # the answer to a POST holds a secret
@require_http_methods(["GET", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """The list of access tokens; a POST makes one and shows its secret, once."""
    form = AccessTokenForm(request.POST or None)
    new_token = secret = None
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                new_token, secret = create_access_token(
                    user=request.user,
                    name=form.cleaned_data["name"],
                    scopes=form.cleaned_data["scopes"],
                    expires_at=form.expires_at(clock.now()),
                    id=form.cleaned_data["new_id"],
                )
        except IntegrityError:
            messages.info(request, _("This token was made already. It cannot be shown again."))
            return redirect("projects:tokens")
        form = AccessTokenForm()
    context = {
        "form": form,
        "tokens": list(request.user.access_tokens.filter(is_active=True)),
        "new_token": new_token,
        "secret": secret,
        "now": clock.now(),
    }
    return render(request, "projects/account/tokens.html", context)


@login_required
@require_POST
def revoke_token(request: SignedInRequest, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(request.user.access_tokens, pk=token_id)
    revoke_access_token(token=token)
    messages.success(request, _("The token “%(name)s” is revoked.") % {"name": token.name})
    return redirect("projects:tokens")


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest) -> HttpResponse:
    form = DeleteAccountForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        delete_account(user=request.user)
        logout(request)
        messages.success(request, _("Your account is deleted. The data of your projects is on its way out."))
        return redirect("account_login")
    going = Organization.objects.owned_by_nobody_but(request.user).prefetch_related("projects", "memberships")
    return render(request, "projects/account/delete.html", {"form": form, "organizations": going})
