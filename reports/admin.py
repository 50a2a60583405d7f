"""The operator's view of what people keep here."""

from django.contrib import admin
from django.http import HttpRequest

from reports.models import Segment


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
