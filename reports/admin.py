"""The operator's view of what people keep here."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from analytics_pulse import clock
from reports.models import Annotation, Export, Segment, SharedLink
from reports.shared_links import revoke_link


@admin.register(Segment)
class SegmentAdmin(admin.ModelAdmin):
    """To look at and to delete: filters are made in the product, which checks them."""

    list_display = ("name", "project", "owner", "updated_at")
    list_filter = (("owner", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("project", "owner")
    search_fields = ("name", "project__name", "project__domain", "owner__email")
    readonly_fields = ("id", "project", "name", "filters", "owner", "created_by", "created_at", "updated_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Export)
class ExportAdmin(admin.ModelAdmin):
    """To look at: how far each is, and why it failed. It is deleted in the product, with its file."""

    list_display = ("title", "project", "requested_by", "state", "percent", "rows_done", "size_bytes", "created_at")
    list_filter = ("state", "kind", "format", "created_at")
    list_select_related = ("project", "requested_by")
    search_fields = ("title", "project__name", "project__domain", "requested_by__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Export | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Export | None = None) -> bool:
        return False


@admin.register(Annotation)
class AnnotationAdmin(admin.ModelAdmin):
    """To look at and to delete."""

    list_display = ("title", "project", "kind", "occurred_at", "is_public", "created_by")
    list_filter = ("kind", "is_public", "created_at")
    list_select_related = ("project", "created_by")
    search_fields = ("title", "text", "external_id", "project__name", "project__domain")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Annotation | None = None) -> bool:
        return False


@admin.register(SharedLink)
class SharedLinkAdmin(admin.ModelAdmin):
    """To look at and to withdraw. Neither the address that opens it nor its password is shown."""

    list_display = ("name", "project", "segment", "has_password", "last_viewed_at", "revoked_at", "created_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), "may_embed", "created_at")
    list_select_related = ("project", "segment")
    search_fields = ("name", "project__name", "project__domain")
    exclude = ("slug", "password")
    actions = ("withdraw",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: SharedLink | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: SharedLink | None = None) -> bool:
        return False

    @admin.display(description="password", boolean=True)
    def has_password(self, link: SharedLink) -> bool:
        return bool(link.password)

    @admin.action(description="Withdraw the selected links")
    def withdraw(self, request: HttpRequest, links: QuerySet[SharedLink]) -> None:
        for link in links:
            revoke_link(link=link, now=clock.now())
        self.message_user(request, f"Withdrawn: {len(links)}.", messages.SUCCESS)
