"""The language that somebody chose: in a cookie for the browser, with the account for its emails and other browsers."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from projects.models import User


def is_offered(code: str) -> bool:
    return code in dict(settings.LANGUAGES)


def remember(response: HttpResponseBase, code: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def keep_with_account(user: User, code: str) -> None:
    user.language = code
    user.save(update_fields=["language"])


def meet(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """At a login: what was chosen in this browser goes to the account, else what the account knows to the browser."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if is_offered(chosen):
        keep_with_account(user, chosen)
    elif user.language:
        remember(response, user.language)


def writing_to(user: User | None) -> translation.override:
    """In a `with`: texts are in the language of this person, who reads them later. English where it is not known."""
    code = user.language if user else ""
    return translation.override(code if is_offered(code) else settings.LANGUAGE_CODE)
