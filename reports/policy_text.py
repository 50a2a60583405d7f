"""What a site can say about its analytics in its own privacy policy, as its project is set."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.models import IdentityMode, Project
from reports.data_policy import Facts, PlaceFrom


def paragraphs(project: Project, facts: Facts) -> list[str]:
    """In the language that is active. True of this installation and this project; what else a site does it must add."""
    return [
        _("We measure how %(site)s is used with Analytics Pulse, web analytics software that runs at %(host)s. "
          "Nothing of it is passed on to others.") % {"site": project.shown_domain, "host": settings.PUBLIC_URL},
        *_identity(project, facts),
        _recorded(project, facts),
        ngettext(
            "These data are deleted after %(months)d month.",
            "These data are deleted after %(months)d months.",
            facts.retention_months,
        ) % {"months": facts.retention_months},
        _("You are not counted when your browser sends Do Not Track or Global Privacy Control. If you wish to "
          "have what was recorded of your visits erased, write to us."),
    ]  # fmt: skip


def _identity(project: Project, facts: Facts) -> list[str]:
    address = {
        PlaceFrom.FILE: _("Your IP address is used only while your request is answered, to find your country, region "
                          "and city and to compute a number from it. It is not stored."),
        PlaceFrom.CDN: _("Your IP address is used only while your request is answered, to find your country and to "
                         "compute a number from it. It is not stored."),
        PlaceFrom.TIMEZONE: _("Your IP address is used only while your request is answered, to compute a number from "
                              "it. It is not stored."),
    }[facts.place_from]  # fmt: skip
    if project.identity_mode == IdentityMode.ANONYMOUS_ID:
        storage = _("No cookies are set. A random number is kept in the local storage of your browser, so that we can "
                    "tell whether it has been here before. You can delete it in the settings of your browser at any "
                    "time.")  # fmt: skip
        return [storage, address]
    storage = _("No cookies are set. Only when an event cannot be sent does it wait in the local storage of your "
                "browser, for %(days)d days at most.") % {"days": facts.unsent_days}  # fmt: skip
    number = _("This number is made of your IP address, your browser's name and a secret that is new every day and "
               "destroyed after %(hours)d hours. It tells visitors of one day apart. After that it can be connected "
               "neither to you nor to your visits of other days.") % {"hours": facts.salt_hours}  # fmt: skip
    return [storage, address, number]


def _recorded(project: Project, facts: Facts) -> str:
    if facts.place_from == PlaceFrom.FILE:
        recorded = _("Recorded are the pages you see and what you do on them, the page that linked here, your "
                     "browser, system, kind of device, screen size and language, and your country, region and "
                     "city.")  # fmt: skip
    else:
        recorded = _("Recorded are the pages you see and what you do on them, the page that linked here, your "
                     "browser, system, kind of device, screen size and language, and your country.")  # fmt: skip
    if not project.kept_query_params:
        return recorded
    kept = _("Of the query of an address the names of campaigns and these parameters are kept: %(names)s.")
    return f"{recorded} {kept % {'names': ', '.join(map(str, project.kept_query_params))}}"
