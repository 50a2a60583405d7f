"""The pages of the documentation."""

from django.urls import path
from django.views.generic import RedirectView

from analytics_pulse.handbook import views

app_name = "handbook"
urlpatterns = [
    path("docs", views.contents, name="contents"),
    path("docs/", RedirectView.as_view(pattern_name="handbook:contents", permanent=True)),
    path("docs/<slug:slug>", views.chapter, name="chapter"),
]
