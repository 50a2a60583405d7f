"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.goals import editing, pages

urlpatterns: list[URLPattern] = [
    path("goals", pages.goals, name="goals"),
    path("goals/csv", pages.goals_csv, name="goals-csv"),
    path("goals/new", editing.new_goal, name="new-goal"),
    path("goals/preview", editing.goal_preview, name="goal-preview"),
    path("goals/<uuid:goal_id>", pages.goal, name="goals"),
    path("goals/<uuid:goal_id>/edit", editing.edit_goal, name="edit-goal"),
    path("goals/<uuid:goal_id>/pause", editing.pause_goal, name="pause-goal"),
    path("goals/<uuid:goal_id>/resume", editing.resume_goal, name="resume-goal"),
    path("goals/<uuid:goal_id>/delete", editing.delete_goal, name="delete-goal"),
]
