"""The pages of the documentation."""

from django.urls import path

from analytics_pulse.handbook import views

app_name = "handbook"
urlpatterns = [
    path("docs", views.contents, name="contents"),
    path("docs/<slug:slug>", views.chapter, name="chapter"),
]
