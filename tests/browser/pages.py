"""Every page of the product, for the tests that look at all of them. Who makes a page adds a line."""

from typing import NamedTuple


class Page(NamedTuple):
    """path: filled in with the ids of the seeded site. is_alice: she is logged in; otherwise a visitor."""

    name: str
    path: str
    is_alice: bool = True
    status: int = 200


SETTINGS = "/projects/{project}/settings"
PAGES = (
    Page("landing", "/", is_alice=False),
    Page("login", "/accounts/login/", is_alice=False),
    Page("signup", "/accounts/signup/", is_alice=False),
    Page("password-reset", "/accounts/password/reset/", is_alice=False),
    Page("docs", "/docs", is_alice=False),
    Page("docs-integrate", "/docs/integrate", is_alice=False),
    Page("privacy", "/privacy", is_alice=False),
    Page("data-policy", "/data-policy", is_alice=False),
    Page("not-found", "/nothing-here", is_alice=False, status=404),
    Page("styleguide", "/styleguide", is_alice=False),
    Page("shared", "/share/{link}", is_alice=False),
    Page("shared-embedded", "/share/{link}?embed=1&theme=dark", is_alice=False),
    Page("shared-too-few", "/share/{link}?f=page:is:/nothing-here", is_alice=False),
    Page("shared-refused", "/share/{link}?period=nonsense", is_alice=False, status=400),
    Page("shared-password", "/share/{locked_link}", is_alice=False),
    Page("shared-gone", "/share/nothing-here", is_alice=False, status=404),
    Page("projects", "/projects"),
    Page("new-project", "/projects/new"),
    Page("dashboard", "/projects/{project}"),
    Page("dashboard-filtered", "/projects/{project}?period=7d&f=source:is:Google&f=country:is_not:FR"),
    Page(
        "dashboard-grouped-filters",
        '/projects/{project}?period=7d&f=country:is_not:FR&f=page:contains_not:/blog&filters=[["or",[["is","source",'
        '["Google"]],["has_done",["is","event_name",["Signup"]]]]]]',
    ),
    Page("dashboard-lists", "/projects/{project}?tab=titles&tab=campaigns&tab=cities&tab=os-versions&tab=properties"),
    Page("dashboard-details", "/projects/{project}?details=pages&sort=-bounce_rate"),
    Page("dashboard-hours", "/projects/{project}?period=yesterday&compare=none&metric=pageviews"),
    Page("dashboard-nonsense", "/projects/{project}?period=nonsense", status=400),
    Page("realtime", "/projects/{project}/realtime"),
    Page("funnels", "/projects/{project}/funnels"),
    Page("funnel", "/projects/{project}/funnels/{funnel}?period=7d&breakdown=source"),
    Page("funnel-edit", "/projects/{project}/funnels/{funnel}/edit"),
    Page("funnel-new", "/projects/{project}/funnels/new"),
    Page("events", "/projects/{project}/events"),
    Page("event-chosen", "/projects/{project}/events?period=7d&f=event_name:is:signup&kind=custom"),
    Page("campaigns", "/projects/{project}/campaigns?period=7d"),
    Page("campaigns-first-touch", "/projects/{project}/campaigns?by=source&attribution=first_touch&sort=-completions"),
    Page("campaigns-none", "/projects/{project}/campaigns?by=term"),
    Page("goals", "/projects/{project}/goals"),
    Page("goal", "/projects/{project}/goals/{goal}"),
    Page("goal-new", "/projects/{project}/goals/new"),
    Page("goal-edit", "/projects/{project}/goals/{goal}/edit"),
    Page("broken-pages", "/projects/{project}/broken-pages"),
    Page("broken-pages-fixed", "/projects/{project}/broken-pages?state=fixed"),
    Page("journeys", "/projects/{project}/journeys"),
    Page("journeys-to-an-event", "/projects/{project}/journeys?anchor=event:signup&direction=to&events=1"),
    Page("journeys-of-nobody", "/projects/{project}/journeys?anchor=page:/nothing-here"),
    Page("visitors", "/projects/{project}/visitors"),
    Page("visitor", "/projects/{project}/visitors/{visitor}"),
    Page("visits", "/projects/{project}/visits"),
    Page("visit", "/projects/{project}/visits/{visit}"),
    Page("retention", "/projects/{project}/retention?unit=day"),
    Page("visitor-of-another-time", "/projects/{project}/visitors/0000000000000001"),
    Page("waiting", "/projects/{waiting}"),
    Page("install", "/projects/{project}/install"),
    Page("why", "/projects/{project}/why"),
    Page("settings", SETTINGS),
    Page("settings-keys", f"{SETTINGS}/keys"),
    Page("settings-members", f"{SETTINGS}/members"),
    Page("settings-screening", f"{SETTINGS}/screening"),
    Page("settings-quarantine", f"{SETTINGS}/quarantine"),
    Page("settings-quarantined-event", f"{SETTINGS}/quarantine/{{event}}"),
    Page("settings-ledger", f"{SETTINGS}/ledger"),
    Page("settings-privacy", f"{SETTINGS}/privacy"),
    Page("settings-privacy-policy", f"{SETTINGS}/privacy/policy"),
    Page("settings-annotations", f"{SETTINGS}/annotations"),
    Page("settings-annotation", f"{SETTINGS}/annotations/new"),
    Page("settings-shared-links", f"{SETTINGS}/shared-links"),
    Page("settings-exports", f"{SETTINGS}/exports"),
    Page("settings-danger", f"{SETTINGS}/danger"),
    Page("organization", "/organizations/{organization}"),
    Page("new-organization", "/organizations/new"),
    Page("account", "/account/"),
    Page("account-email", "/accounts/email/"),
    Page("account-password", "/accounts/password/set/"),
    Page("account-two-factors", "/accounts/2fa/"),
    Page("account-tokens", "/account/tokens"),
    Page("account-delete", "/account/delete"),
)
