"""The choice of a language, in the footer of every page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from projects import languages


# Without a token: it would set a cookie on pages that need none. Another site's form comes without the session
# (SameSite), so all it could change is the language of the page that it leads to.
@csrf_exempt
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """POST language, next: back to where one was, in the other language. One that is not offered changes nothing."""
    back, code = request.POST.get("next", ""), request.POST.get("language", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = HttpResponseRedirect(back if is_ours else "/")
    if languages.is_offered(code):
        languages.remember(response, code)
        if request.user.is_authenticated:
            languages.keep_with_account(request.user, code)
    return response
