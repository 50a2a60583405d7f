"""The email that says that an export is done, or is not."""

from datetime import datetime
from smtplib import SMTPException

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from projects.languages import writing_to
from reports.exports import links
from reports.exports.asked import title_of
from reports.exports.reasons import sentence_of
from reports.models import Export, ExportState

FOLDER = "reports/email/export"
log = structlog.get_logger(__name__)


def send_once(export: Export, now: datetime) -> None:
    """Tell who asked for it. Who takes it on says so first, so that two do not send it; a failure is tried again."""
    if not Export.objects.filter(pk=export.pk, emailed_at=None).update(emailed_at=now):
        return
    try:
        with writing_to(export.requested_by):
            _send(export)
    except (OSError, SMTPException) as error:
        log.warning("export_email_not_sent", export_id=str(export.pk), error=type(error).__name__)
        Export.objects.filter(pk=export.pk).update(emailed_at=None)


def _send(export: Export) -> None:
    if export.requested_by is None:
        return
    page = reverse("reports:exports", args=[export.project_id])
    context = {
        "export": export,
        "title": title_of(export),
        "project": export.project,
        "is_done": export.state == ExportState.DONE,
        "reason": sentence_of(export.error),
        "url": links.url_of(export),
        "page_url": settings.PUBLIC_URL + page,
    }
    subject = " ".join(render_to_string(f"{FOLDER}/subject.txt", context).split())
    to = [export.requested_by.email]
    message = EmailMultiAlternatives(subject, render_to_string(f"{FOLDER}/body.txt", context), to=to)
    message.attach_alternative(render_to_string(f"{FOLDER}/body.html", context), "text/html")
    message.send()
