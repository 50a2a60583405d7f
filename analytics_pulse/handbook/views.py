"""The pages of the documentation. The texts are English; what stands around them is in the reader's language."""

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from analytics_pulse.handbook import chapters, rendering
from tracking.install import base_url_of


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    return render(request, "handbook/contents.html", {"groups": chapters.groups()})


@require_safe
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in chapters.slugs():
        raise Http404
    page = _rendered(chapters.text_of(slug), base_url_of(request), gettext("Copy"))
    return render(request, "handbook/chapter.html", {
        "slug": slug,
        "title": chapters.title_of(slug),
        "page": page,
        "groups": chapters.groups(),
    })  # fmt: skip


# Rendering a long chapter takes 20 ms. By its text, so that a changed file is rendered anew.
_rendered = lru_cache(maxsize=64)(lambda text, base_url, copy: rendering.render(text, base_url=base_url, copy=copy))
