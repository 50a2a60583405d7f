"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable
from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from analytics_pulse import clock
from reports import day_labels, figures, page_address
from reports.links import DashboardLinks
from reports.page_parts import HtmxHttpRequest
from reports.params import MAX_OFFSET, Question, integer
from reports.retention import asked as parameters
from reports.retention import page_list
from reports.retention.activity import activity
from reports.retention.choices import choices
from reports.retention.cohorts import cohorts
from reports.retention.curves import curves
from reports.retention.heat import HEADS, heat
from reports.retention.returning import returning
from reports.viewing import Viewing
from tracking.storage.people import People

PAGE_ROWS = 25


def retention(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    now, project = clock.now(), question.project
    possible = parameters.possible(project, now)
    links = DashboardLinks(viewing, question, page="retention")
    if not possible:
        return render(request, "reports/retention/_impossible.html", {
            "own_url": links.section(name), "viewing": viewing, "project": viewing.project,
        })  # fmt: skip
    wanted = parameters.asked(request.GET, question, possible)
    found = cohorts(question, wanted, now)
    again = {"again": wanted.again} if wanted.again else {}
    offered = choices(links, wanted, possible)
    return render(request, "reports/retention/_cohorts.html", {
        "heat": heat(found),
        "head": HEADS[wanted.unit],
        "choices": offered,
        "again_name": next((name for name, _url, chosen in offered.again if chosen), "") if wanted.again else "",
        "is_of_users": wanted.people is People.USERS,
        "is_cookieless": project.is_cookieless,
        "has_people": found.people > 0,
        "own_url": links.section(name, unit=wanted.unit, by=wanted.people, **again),
        "csv_url": links.to("api-retention", unit=wanted.unit, by=wanted.people, format="csv", **again),
    })  # fmt: skip


def same_day(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    found = returning(question)
    labels = [day_labels.bucket(datetime.combine(each.start, time()), found.interval) for each in found.buckets]
    whole = found.whole
    return render(request, "reports/retention/_same_day.html", {
        "share": figures.figure(whole.share, "percent"),
        "visitors": figures.count(whole.visitors),
        "back": figures.count(whole.returning),
        "paths": curves([[each.share or 0 for each in found.buckets]]),
        "ends": (labels[0], labels[-1]),
        "rows": [
            (label, figures.count(each.visitors), figures.count(each.returning), figures.figure(each.share, "percent"))
            for label, each in reversed(list(zip(labels, found.buckets, strict=True)))
        ],
        "own_url": DashboardLinks(viewing, question).section(name),
    })  # fmt: skip


def active(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    now = clock.now()
    possible = parameters.possible(question.project, now)
    context = {"own_url": DashboardLinks(viewing, question).section(name), "is_possible": bool(possible)}
    if possible:
        people = parameters.asked(request.GET, question, possible).people
        found = activity(question, people, now)
        series = [[getattr(each, length) for each in found.days] for length in ("monthly", "weekly", "daily")]
        context |= {
            "own_url": DashboardLinks(viewing, question).section(name, by=people),
            "is_of_users": people is People.USERS,
            "found": found,
            "daily": figures.decimal(found.daily, 1 if found.daily < 10 else 0),
            "weekly": figures.count(found.weekly),
            "monthly": figures.count(found.monthly),
            "stickiness": figures.figure(found.stickiness, "percent"),
            "paths": list(zip(("monthly", "weekly", "daily"), curves(series), strict=False)),
            "rows": [
                (day_labels.bucket(datetime.combine(each.day, time()), "day"),
                 *(figures.count(number) for number in (each.daily, each.weekly, each.monthly)))
                for each in reversed(found.days)
            ],
        }  # fmt: skip
    return render(request, "reports/retention/_active.html", context)


def page_ages(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    wanted = page_list.asked(request.GET)
    offset = integer(request.GET, "offset", 0, at_least=0, at_most=MAX_OFFSET)
    pages = page_list.found(question, wanted, clock.now(), limit=PAGE_ROWS, offset=offset)
    links, own = DashboardLinks(viewing, question, page="retention"), {"search": wanted.search, "sort": wanted.sort}
    has_more = offset + PAGE_ROWS < min(pages.total, MAX_OFFSET + 1)
    context = {
        "rows": [
            (
                each.page,
                each.first_seen_at.astimezone(question.project.zone),
                ["" if views is None else figures.count(views) for views in each.views_at],
                figures.count(each.views),
            )
            for each in pages.rows
        ],
        "more_url": links.section(name, **own, offset=str(offset + PAGE_ROWS)) if has_more else "",
    }
    if offset:
        return render(request, "reports/retention/_page_rows.html", context)
    sorts = {each: links.section(name, search=wanted.search, sort=wanted.sorted_by(each)) for each in page_list.COLUMNS}
    number = ngettext("%(number)s new page", "%(number)s new pages", pages.total)
    response = render(request, "reports/retention/_page_ages.html", context | {
        "wanted": wanted,
        "columns": [
            (each, title, sorts[each], page_list.sorted_how(wanted, each)) for each, title in page_list.COLUMNS.items()
        ],
        "medians": ["" if each is None else figures.decimal(each, 1) for each in pages.medians],
        "number_text": number % {"number": figures.count(pages.total)},
        "own_url": links.section(name, sort=wanted.sort),  # what is looked for is in the form
        "csv_url": links.to("api-page-ages", **own, format="csv"),
    })  # fmt: skip
    # What is looked for stands in the page's address, as all that it shows does.
    response["HX-Replace-Url"] = page_address.with_parameters(
        page_address.current(request, viewing),
        search=wanted.search,
        sort="" if wanted.sort == page_list.DEFAULT else wanted.sort,
    )
    return response


SECTIONS: dict[str, Callable[..., HttpResponse]] = {
    "retention": retention,
    "same-day": same_day,
    "active-people": active,
    "page-ages": page_ages,
}
SHARED: frozenset[str] = frozenset()
