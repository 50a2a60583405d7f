"""The operator's view of users, organizations, projects and keys. No secret and no hash of one is shown."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from projects.actions.keys import revoke_access_token, revoke_api_key
from projects.actions.projects import delete_project
from projects.changes import announce
from projects.models import ApiKey, Invitation, Membership, Organization, PersonalAccessToken, Project, User

admin.site.site_header = "Analytics Pulse administration"
admin.site.site_title = "Analytics Pulse"
admin.site.index_title = "Operation"
# The product's own login, so that a second factor counts here too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

Request = HttpRequest


class MembershipsInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("user", "organization")


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff", "has_password", "last_login", "date_joined")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined", "last_login")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined", "password_link")
    filter_horizontal = ()
    add_form = NewUserForm
    fieldsets = (
        (None, {"fields": ("email", "name", "password_link")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    inlines = (MembershipsInline,)

    @admin.display(boolean=True, description="password")
    def has_password(self, user: User) -> bool:
        return user.has_usable_password()

    @admin.display(description="password")
    def password_link(self, user: User) -> str:
        return format_html('<a href="{}">Set a new one</a>', "../password/")


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ("name", "member_count", "project_count", "created_at", "deleted_at")
    list_filter = ("created_at", ("deleted_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "members__email")
    readonly_fields = ("id", "created_at", "deleted_at")
    inlines = (MembershipsInline,)

    def get_queryset(self, request: Request) -> QuerySet[Organization]:
        living = Q(projects__deleted_at=None)
        return (
            super()
            .get_queryset(request)
            .annotate(
                members_total=Count("memberships", distinct=True),
                projects_total=Count("projects", filter=living, distinct=True),
            )
        )

    @admin.display(ordering="members_total", description="members")
    def member_count(self, organization: Any) -> int:
        return organization.members_total

    @admin.display(ordering="projects_total", description="projects")
    def project_count(self, organization: Any) -> int:
        return organization.projects_total

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        return False  # it would take the projects' rows away and leave their events: owners delete in the product


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin):
    list_display = (
        "name",
        "domain",
        "organization",
        "is_active",
        "key_count",
        "first_event_at",
        "created_at",
        "deleted_at",
    )
    list_filter = ("is_active", "identity_mode", ("deleted_at", admin.EmptyFieldListFilter), "created_at", "timezone")
    list_select_related = ("organization",)
    search_fields = ("name", "domain", "=write_key", "=id", "organization__name")
    search_help_text = "Name, domain, organization, or a whole write key or id."
    readonly_fields = ("id", "write_key", "first_event_at", "created_at", "updated_at", "deleted_at")
    autocomplete_fields = ("organization",)
    actions = ("delete_with_data",)

    def get_queryset(self, request: Request) -> QuerySet[Project]:
        active = Q(api_keys__is_active=True)
        return super().get_queryset(request).annotate(keys_total=Count("api_keys", filter=active, distinct=True))

    @admin.display(ordering="keys_total", description="secret keys")
    def key_count(self, project: Any) -> int:
        return project.keys_total

    def save_model(self, request: Request, obj: Project, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        announce(obj)

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        return False  # it would leave the events: see the action

    @admin.action(description="Delete the selected projects with their data", permissions=["change"])
    def delete_with_data(self, request: Request, projects: QuerySet[Project]) -> None:
        for project in projects:
            delete_project(project=project)
        messages.success(request, "Deleted. Their data follows in the background.")


class SecretAdmin(admin.ModelAdmin):
    """Secrets are made where their owner sees them, so there is nothing to add here."""

    list_filter = ("is_active", "created_at", "last_used_at")
    actions = ("revoke",)

    def get_readonly_fields(self, request: Request, obj: Any = None) -> list[str]:
        return [field.name for field in self.model._meta.fields if field.name != "key_hash"]

    def get_fields(self, request: Request, obj: Any = None) -> list[Any]:
        return [*self.get_readonly_fields(request, obj)]

    def has_add_permission(self, request: Request) -> bool:
        return False

    def has_delete_permission(self, request: Request, obj: Any = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(SecretAdmin):
    list_display = ("name", "prefix", "project", "scopes", "is_active", "last_used_at", "created_at")
    list_select_related = ("project",)
    search_fields = ("name", "=prefix", "project__name", "project__domain")
    search_help_text = "Name, project, or the first eight characters of a key."

    @admin.action(description="Revoke the selected keys", permissions=["change"])
    def revoke(self, request: Request, keys: QuerySet[ApiKey]) -> None:
        for key in keys:
            revoke_api_key(key=key)
        messages.success(request, "Revoked. They stop working within seconds.")


@admin.register(PersonalAccessToken)
class PersonalAccessTokenAdmin(SecretAdmin):
    list_display = ("name", "prefix", "user", "scopes", "is_active", "expires_at", "last_used_at", "created_at")
    list_select_related = ("user",)
    search_fields = ("name", "=prefix", "user__email")
    search_help_text = "Name, user, or the first twelve characters of a token."

    @admin.action(description="Revoke the selected tokens", permissions=["change"])
    def revoke(self, request: Request, tokens: QuerySet[PersonalAccessToken]) -> None:
        for token in tokens:
            revoke_access_token(token=token)
        messages.success(request, "Revoked.")


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    list_display = ("email", "organization", "role", "invited_by", "created_at", "expires_at", "accepted_at")
    list_filter = ("role", "created_at", ("accepted_at", admin.EmptyFieldListFilter))
    list_select_related = ("organization", "invited_by")
    search_fields = ("email", "organization__name")
    fields = readonly_fields = list_display

    def has_add_permission(self, request: Request) -> bool:
        return False


admin.site.unregister(Authenticator)  # allauth's page shows the secrets of second factors


@admin.register(Authenticator)
class AuthenticatorAdmin(admin.ModelAdmin):
    """To delete the second factor of somebody who lost it."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = readonly_fields = list_display

    def has_add_permission(self, request: Request) -> bool:
        return False
