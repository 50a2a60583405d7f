"""The operator's view of what people keep here."""

from django.contrib import admin
from django.http import HttpRequest

from reports.models import Export, Segment


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
