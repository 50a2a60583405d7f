"""Make a project from the command line, with its user and organization where there are none."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from projects import login_links
from projects.actions.accounts import create_account, team_name
from projects.actions.keys import create_api_key
from projects.actions.organizations import create_organization
from projects.actions.projects import create_project
from projects.models import Organization, Project, Role, User
from projects.models.keys import Scope


class Command(BaseCommand):
    help = (
        "Make a project, with its user and organization where there are none, and a secret key that may do everything. "
        "The login URL works once, within an hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the owner; made when there is no such user")
        parser.add_argument("--name", required=True, help="the project's name")
        parser.add_argument("--domain", required=True, help="such as example.com")
        parser.add_argument("--timezone", default="UTC", help="IANA name, such as Europe/Berlin (default: UTC)")
        parser.add_argument("--password", help="of a new user; without it, log in with the URL")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            answer = _make(
                options["email"].lower(), options["password"], options["name"], options["domain"], options["timezone"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if options["json"]:
            self.stdout.write(json.dumps(answer))
        else:
            for name, value in answer.items():
                self.stdout.write(f"{name:<11} {value}")


@transaction.atomic
def _make(email: str, password: str | None, name: str, domain: str, timezone: str) -> dict[str, str]:
    user = User.objects.filter(email=email).first() or create_account(email=email, password=password, is_verified=True)
    organization = Organization.objects.visible_to(user, Role.ADMIN).order_by("created_at").first()
    organization = organization or create_organization(name=team_name(email), owner=user)
    project = create_project(organization=organization, name=name, domain=domain, timezone=timezone)
    _, secret = create_api_key(project=project, name="Command line", scopes=Scope.values, by=user)
    return {
        "project_id": str(project.pk),
        "write_key": project.write_key,
        "secret_key": secret,
        "login_url": _login_url(user, project),
    }


def _login_url(user: User, project: Project) -> str:
    path = reverse("projects:login-link", args=[login_links.sign(user, project.pk)])
    return settings.PUBLIC_URL + path
