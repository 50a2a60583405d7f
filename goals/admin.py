"""The operator's view of goals and funnels. They are made in the product, which checks them, and counts them anew."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from goals.actions import resume_goal
from goals.models import Fill, Funnel, Goal, State


class _LookedAt(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Goal)
class GoalAdmin(_LookedAt):
    """Also those that are being deleted: their completions go first."""

    list_display = ("name", "project", "goal_type", "is_active", "version", "deleted_at", "updated_at")
    list_filter = ("goal_type", "is_active", ("deleted_at", admin.EmptyFieldListFilter), "created_at")
    list_select_related = ("project",)
    search_fields = ("name", "project__name", "project__domain", "target_event_name", "target_url_pattern")


@admin.register(Fill)
class FillAdmin(_LookedAt):
    """How far past events are counted. One that failed can be begun again."""

    list_display = ("goal", "project", "state", "percent", "failures", "error", "asked_at", "heard_at")
    list_filter = ("state", "is_removal", "asked_at")
    list_select_related = ("goal__project",)
    search_fields = ("goal__name", "goal__project__name", "goal__project__domain", "error")
    actions = ("begin_again",)

    @admin.display(description="project")
    def project(self, fill: Fill) -> str:
        return str(fill.goal.project)

    @admin.display(description="done")
    def percent(self, fill: Fill) -> str:
        return f"{fill.share:.0%}"

    @admin.action(description="Begin again those that failed")
    def begin_again(self, request: HttpRequest, fills: QuerySet[Fill]) -> None:
        failed = fills.filter(state=State.FAILED, is_removal=False).select_related("goal__project")
        for fill in failed:
            resume_goal(goal=fill.goal, by=None)
        self.message_user(request, f"Begun again: {len(failed)}.", messages.SUCCESS)


@admin.register(Funnel)
class FunnelAdmin(_LookedAt):
    list_display = ("name", "project", "by", "order", "window_s", "updated_at")
    list_filter = ("by", "order", "created_at")
    list_select_related = ("project",)
    search_fields = ("name", "project__name", "project__domain")
