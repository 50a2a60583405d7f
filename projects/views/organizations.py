"""An organization: its name, its members, its invitations, its end."""

import logging
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analytics_pulse import clock
from projects.access import get_organization_for
from projects.actions.members import accept_invitation, change_role, invite, remove_member
from projects.actions.organizations import create_organization, delete_organization
from projects.forms.confirmation import TypedConfirmation
from projects.forms.organizations import InvitationForm, NewOrganizationForm, OrganizationForm, RoleForm
from projects.invitation_mail import send_invitation
from projects.models import Invitation, Membership, Organization, Role
from projects.models.keys import hash_secret
from projects.templatetags.wording import within_a_sentence
from projects.views.signed_in import SignedInRequest

logger = logging.getLogger(__name__)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    form = NewOrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organization_id = form.cleaned_data["new_id"]
        try:
            with transaction.atomic():
                create_organization(name=form.cleaned_data["name"], owner=request.user, id=organization_id)
        except IntegrityError:  # submitted twice
            pass
        return redirect("organizations:detail", organization_id)
    return render(request, "projects/organizations/new.html", {"form": form})


def _page(request: SignedInRequest, organization: Organization, **forms: Any) -> HttpResponse:
    me = organization.memberships.get(user=request.user)
    context = {
        "organization": organization,
        "me": me,
        "may_manage": me.may(Role.ADMIN),
        "is_owner": me.may(Role.OWNER),
        "members": organization.memberships.select_related("user").order_by("created_at"),
        "roles": RoleForm(by=me).fields["role"].choices,  # type: ignore[attr-defined]
        "invitations": organization.invitations.filter(accepted_at=None).select_related("invited_by"),
        "projects": organization.projects.filter(deleted_at=None),
        "form": OrganizationForm(initial={"name": organization.name}),
        "invitation_form": InvitationForm(by=me),
        "deletion_form": TypedConfirmation(expected=organization.name),
        "now": clock.now(),
        **forms,
    }
    return render(request, "projects/organizations/detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """The page; a POST renames the organization."""
    role = Role.ADMIN if request.method == "POST" else Role.VIEWER
    organization = get_organization_for(request.user, organization_id, role)
    if request.method == "POST":
        form = OrganizationForm(request.POST)
        if not form.is_valid():
            return _page(request, organization, form=form)
        organization.name = form.cleaned_data["name"]
        organization.save(update_fields=["name"])
        messages.success(request, _("Saved."))
        return redirect("organizations:detail", organization_id)
    return _page(request, organization)


@login_required
@require_POST
def invitations(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    """Invite somebody by email."""
    organization = get_organization_for(request.user, organization_id, Role.ADMIN)
    me = organization.memberships.get(user=request.user)
    form = InvitationForm(request.POST, by=me)
    if not form.is_valid():
        return _page(request, organization, invitation_form=form)
    email, role = form.cleaned_data["email"], Role(form.cleaned_data["role"])
    try:
        invitation, token = invite(organization=organization, email=email, role=role, by=request.user, now=clock.now())
    except ValidationError as error:
        form.add_error("email", error)
        return _page(request, organization, invitation_form=form)
    try:
        send_invitation(invitation, token)
    except (OSError, SMTPException):
        logger.exception("an invitation could not be sent")
        invitation.delete()
        form.add_error(None, _("The invitation could not be sent: the mail server did not take it. Try again later."))
        return _page(request, organization, invitation_form=form)
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invitation.email})
    return redirect("organizations:detail", organization_id)


@login_required
@require_POST
def revoke_invitation(request: SignedInRequest, organization_id: UUID, invitation_id: int) -> HttpResponse:
    organization = get_organization_for(request.user, organization_id, Role.ADMIN)
    organization.invitations.filter(pk=invitation_id, accepted_at=None).delete()
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("organizations:detail", organization_id)


@login_required
@require_POST
def member_role(request: SignedInRequest, organization_id: UUID, member_id: int) -> HttpResponse:
    organization = get_organization_for(request.user, organization_id, Role.ADMIN)
    me, member = _member(request, organization, member_id)
    form = RoleForm(request.POST, by=me)
    if form.is_valid():
        try:
            change_role(membership=member, role=Role(form.cleaned_data["role"]))
            messages.success(
                request,
                _("%(user)s is %(role)s now.")
                % {"user": member.user, "role": within_a_sentence(member.get_role_display())},
            )
        except ValidationError as error:
            messages.error(request, error.message)
    return redirect("organizations:detail", organization_id)


@login_required
@require_POST
def member_remove(request: SignedInRequest, organization_id: UUID, member_id: int) -> HttpResponse:
    """Anybody may leave; admins may remove others."""
    organization = get_organization_for(request.user, organization_id, Role.VIEWER)
    me, member = _member(request, organization, member_id)
    if member != me and not me.may(Role.ADMIN):
        raise Http404
    try:
        remove_member(membership=member)
    except ValidationError as error:
        messages.error(request, error.message)
        return redirect("organizations:detail", organization_id)
    if member.user_id == request.user.pk:
        messages.success(request, _("You have left %(organization)s.") % {"organization": organization.name})
        return redirect("projects:index")
    messages.success(request, _("%(user)s is no longer a member.") % {"user": member.user})
    return redirect("organizations:detail", organization_id)


def _member(request: SignedInRequest, organization: Organization, member_id: int) -> tuple[Membership, Membership]:
    """The membership of the user, and the one to act on. An admin may not act on an owner: Http404."""
    me = organization.memberships.get(user=request.user)
    member = get_object_or_404(organization.memberships.select_related("user"), pk=member_id)
    if member.role == Role.OWNER and not me.may(Role.OWNER):
        raise Http404
    return me, member


@login_required
@require_POST
def delete(request: SignedInRequest, organization_id: UUID) -> HttpResponse:
    organization = get_organization_for(request.user, organization_id, Role.OWNER)
    form = TypedConfirmation(request.POST, expected=organization.name)
    if not form.is_valid():
        return _page(request, organization, deletion_form=form)
    delete_organization(organization=organization)
    messages.success(
        request,
        _("%(organization)s and its projects are deleted. Their data is on its way out.")
        % {"organization": organization.name},
    )
    return redirect("projects:index")


@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of the email leads: to accept, after logging in or signing up."""
    found = _open_invitation(token)
    if found is None:
        return render(request, "projects/organizations/invitation_gone.html", status=404)
    # For a sign-up from here: the link proves that the address can be read. See projects/accounts.py.
    request.session["invitation"] = token
    return render(request, "projects/organizations/invitation.html", {"invitation": found, "token": token})


@login_required
@require_POST
def invitation_accept(request: SignedInRequest, token: str) -> HttpResponse:
    found = _open_invitation(token)
    if found is None:
        messages.error(request, _("This invitation was used, withdrawn, or is too old."))
        return redirect("projects:index")
    accept_invitation(invitation=found, user=request.user, now=clock.now())
    request.session.pop("invitation", None)
    messages.success(request, _("Welcome to %(organization)s.") % {"organization": found.organization.name})
    return redirect("projects:index")


def _open_invitation(token: str) -> Invitation | None:
    open_ones = Invitation.objects.open(clock.now()).select_related("organization", "invited_by")
    return open_ones.filter(token_hash=hash_secret(token)).first()
