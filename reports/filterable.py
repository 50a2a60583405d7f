"""What the filter menu offers, as people think of it; the address may have a filter on any dimension."""

from tracking.storage.spec import DIMENSIONS

FILTERABLE = tuple(
    DIMENSIONS[name]
    for name in ("page", "entry_page", "exit_page", "source", "channel", "referrer", "utm_source", "utm_medium",
                 "utm_campaign", "country", "region", "city", "browser", "os", "device", "language", "event_name")
)  # fmt: skip
