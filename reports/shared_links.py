"""Shared links: who has one sees the dashboard, as far as the link goes. They are made, changed and withdrawn here."""

from datetime import datetime, timedelta

from django.db.models import Q

from reports.models import SharedLink
from tracking.demo import account

DEMO_SLUG = "demo"
# How often a view is written down; every page would be a write.
VIEW_NOTED_EVERY = timedelta(minutes=1)


def open_link(slug: str) -> SharedLink | None:
    """The link with this address, with its project and segment; None when it was withdrawn, or never was. One query."""
    found = SharedLink.objects.filter(slug=slug, revoked_at=None, project__deleted_at=None)
    return found.select_related("project", "segment").first()


def note_view(link: SharedLink, now: datetime) -> None:
    is_due = Q(last_viewed_at=None) | Q(last_viewed_at__lt=now - VIEW_NOTED_EVERY)
    SharedLink.objects.filter(is_due, pk=link.pk).update(last_viewed_at=now)


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
    SharedLink.objects.get_or_create(
        slug=DEMO_SLUG, defaults={"project": project, "name": "Demo", "may_embed": True, "created_by": user}
    )
