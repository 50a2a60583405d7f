"""The part of /api/v1/ that this app answers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
