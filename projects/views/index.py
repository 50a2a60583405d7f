"""All of one's projects, and making a new one."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from projects import listing
from projects.actions.projects import create_project
from projects.forms.projects import NewProjectForm
from projects.models import Membership, Organization, Project, Role
from projects.orders import DEFAULT, ORDERS
from projects.views.signed_in import SignedInRequest

# So few are seen at one glance: there is nothing to search or to put in order.
FEW = 3
# More than these are rows, so that they can be compared.
CARDS = 12
# Who has few may be waiting for the first events of a new one.
OFTEN_S, SELDOM_S = 5, 30


@login_required
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Projects by organization; organizations without one are shown too. Their numbers come after the page."""
    asked = listing.Asked.of(request.GET, request.user)
    page = listing.page_of(request.user, asked, str(request.GET.get("page", "1")))
    roles = dict(Membership.objects.filter(user=request.user).values_list("organization_id", "role"))
    organizations = list(Organization.objects.visible_to(request.user))
    total = Project.objects.visible_to(request.user).count()
    manageable = {pk for pk, role in roles.items() if role in Role.ADMIN.and_above}
    is_grouped = ORDERS[asked.order].by_organization
    groups: list[tuple[Organization | None, Sequence[Project]]] = [(None, list(page.object_list))]
    if is_grouped:
        groups = [*listing.by_organization(page.object_list), *_empty_ones(organizations, asked, page)]
    return render(request, "projects/index.html", {
        "asked": asked,
        "page": page,
        "groups": groups,
        "manageable": manageable,
        "names_organizations": not is_grouped and len(organizations) > 1,
        "total": total,
        "has_few": total <= FEW,
        "is_long": total > CARDS,
        "refresh_s": OFTEN_S if total <= FEW else SELDOM_S,
        "has_organizations": bool(organizations),
        "may_create": bool(manageable),
        "orders": [(order.label, _address(asked, sort=name), name == asked.order) for name, order in ORDERS.items()],
        "everything_url": _address(listing.Asked(order=asked.order)),
        "back_url": _address(asked, page=page.number - 1) if page.has_previous() else "",
        "next_url": _address(asked, page=page.number + 1) if page.has_next() else "",
        "said": ngettext("%(count)d project", "%(count)d projects", page.paginator.count)
        % {"count": page.paginator.count},
    })  # fmt: skip


def _empty_ones(
    organizations: list[Organization], asked: listing.Asked, page: Page[Project]
) -> list[tuple[Organization, list[Project]]]:
    if asked.search or page.number != 1:
        return []
    used = set(Project.objects.filter(organization__in=organizations, deleted_at=None).values_list("organization"))
    shown = [asked.organization] if asked.organization else organizations
    return [(organization, []) for organization in shown if (organization.pk,) not in used]


def _address(asked: listing.Asked, *, sort: str = "", page: int = 1) -> str:
    """Of the list, with what stands in the address changed; what is so by default is left out."""
    order = sort or asked.order
    said = {
        "q": asked.search,
        "organization": str(asked.organization.pk) if asked.organization else "",
        "sort": "" if order == DEFAULT else order,
        "page": "" if page == 1 else str(page),
    }
    return "?" + urlencode({name: value for name, value in said.items() if value})


@login_required
@require_safe
def switcher(request: SignedInRequest) -> HttpResponse:
    """The projects in the header's menu that a search leaves."""
    search = str(request.GET.get("q", ""))
    return render(request, "_switcher_items.html", {"choice": listing.menu(request.user, search), "search": search})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    if not Organization.objects.visible_to(request.user, Role.ADMIN).exists():
        return redirect("organizations:new")
    initial = {"organization": request.GET.get("organization")}
    form = NewProjectForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        project_id = fields.pop("new_id")
        try:
            with transaction.atomic():
                create_project(id=project_id, **fields)
        except IntegrityError:  # submitted twice
            pass
        return redirect("tracking:install", project_id)
    return render(request, "projects/new.html", {"form": form})
