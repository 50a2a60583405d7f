"""Shared links: who has one sees the dashboard, as far as the link goes. They are made, changed and withdrawn here."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q, QuerySet

from analytics_pulse.problems import Invalid
from projects.access import Principal
from projects.models import Project
from reports.models import Segment, SharedLink
from reports.models.shared_links import MAX_LEAST_VISITORS, SHAREABLE_PAGES, new_slug
from reports.segments import person_of
from tracking.demo import account

DEMO_SLUG = "demo"
MAX_OF_A_PROJECT = 100
LEAST_PASSWORD_CHARS, MAX_PASSWORD_CHARS = 8, 200
# How often a view is written down; every page would be a write.
VIEW_NOTED_EVERY = timedelta(minutes=1)


def of_project(project: Project) -> QuerySet[SharedLink]:
    """Those that are open, with what stands beside each in a list."""
    return project.shared_links.filter(revoked_at=None).select_related("segment", "created_by", "project")


def open_link(slug: str) -> SharedLink | None:
    """The link with this address, with its project and segment; None when it was withdrawn, or never was. One query."""
    found = SharedLink.objects.filter(slug=slug, revoked_at=None, project__deleted_at=None)
    return found.select_related("project", "segment").first()


def note_view(link: SharedLink, now: datetime) -> None:
    is_due = Q(last_viewed_at=None) | Q(last_viewed_at__lt=now - VIEW_NOTED_EVERY)
    SharedLink.objects.filter(is_due, pk=link.pk).update(last_viewed_at=now)


def teams_segments(project: Project) -> QuerySet[Segment]:
    """Those that a link may be limited to. Somebody's own one would end with their membership."""
    return Segment.objects.filter(project=project, owner=None)


@transaction.atomic
def create_link(*, project: Project, by: Principal, **fields: Any) -> SharedLink:
    """A new link. `fields`: as in change_link, and an id where a repeated request must be recognised.

    Raises Invalid, and IntegrityError when there is a link with this id.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # two at once do not both find room for the last one
    if of_project(project).count() >= MAX_OF_A_PROJECT:
        raise _invalid("/name", "too_many", f"at most {MAX_OF_A_PROJECT} links: withdraw one first")
    link = SharedLink(project=project, created_by=person_of(by))
    if "id" in fields:
        link.pk = fields.pop("id")
    _set(link, **fields)
    link.save(force_insert=True)
    return link


@transaction.atomic
def change_link(*, link: SharedLink, **fields: Any) -> SharedLink:
    """The link with what is given: name, password ("": none), segment_id, least_visitors, may_embed, pages. Who gave
    the old password has to give the new one. Raises Invalid."""
    _set(link, **fields)
    link.save()
    return link


def rotate_link(*, link: SharedLink, replaces: str) -> SharedLink:
    """A new address; the old one is not there any more. A second submit finds another one than it `replaces`."""
    changed = SharedLink.objects.filter(pk=link.pk, slug=replaces, revoked_at=None).update(slug=new_slug())
    link.refresh_from_db(fields=["slug"])
    if changed:
        link.save(update_fields=["updated_at"])
    return link


def revoke_link(*, link: SharedLink, now: datetime) -> None:
    """Nobody sees anything with it from now on. Its segment may be deleted again."""
    SharedLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, segment=None, password="")


def demo_link() -> SharedLink | None:
    """The link to the demo's dashboard, for everybody to look at; None without a demo, or when it was withdrawn."""
    return open_link(DEMO_SLUG)


def make_demo_link() -> None:
    """Once for each demo project: a link that was changed or withdrawn stays so."""
    user = account.find_user()
    project = account.find_project(user) if user else None
    if project is None:
        return
    SharedLink.objects.filter(slug=DEMO_SLUG).exclude(project=project).delete()
    defaults = {"project": project, "name": "Demo", "may_embed": True, "created_by": user}
    defaults["pages"] = list(SHAREABLE_PAGES)
    SharedLink.objects.get_or_create(slug=DEMO_SLUG, defaults=defaults)


def _set(link: SharedLink, **fields: Any) -> None:
    if "password" in fields:
        link.password = _hashed(fields.pop("password"))
    if "segment_id" in fields:
        link.segment = _segment(link.project, fields.pop("segment_id"))
    least = fields.get("least_visitors", link.least_visitors)
    if not 0 <= least <= MAX_LEAST_VISITORS:
        raise _invalid("/least_visitors", "out_of_range", f"a whole number from 0 to {MAX_LEAST_VISITORS}")
    pages = fields.get("pages", link.pages)
    if not set(pages) <= set(SHAREABLE_PAGES):
        raise _invalid("/pages", "unknown_page", f"of {', '.join(SHAREABLE_PAGES)}")
    fields["pages"] = [page for page in SHAREABLE_PAGES if page in pages]
    for name in ("name", "least_visitors", "may_embed", "pages"):
        setattr(link, name, fields.pop(name, getattr(link, name)))
    assert not fields, fields


def _hashed(password: str) -> str:
    if password and not LEAST_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        detail = f"from {LEAST_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS} characters"
        raise _invalid("/password", "invalid_length", detail)
    return make_password(password) if password else ""


def _segment(project: Project, segment_id: UUID | None) -> Segment | None:
    """Locked against becoming somebody's own at the same moment. Raises Invalid."""
    if segment_id is None:
        return None
    found = teams_segments(project).select_for_update().filter(pk=segment_id).first()
    if found is None:
        raise _invalid("/segment", "unknown_segment", "no segment of the whole team of this project")
    return found


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[{"pointer": pointer, "code": code, "detail": detail}])
