"""Erasure by API: of a visitor by themselves, and of anybody by the owner of the project."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import redis
from django.http import HttpResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from analytics_pulse.problems import Invalid, NotJson
from projects.access import get_project_for
from projects.authentication import who
from projects.models import Project, Role
from tracking import cors, erasure, erasure_limit, identity, keys
from tracking.body import read_body
from tracking.client import Client, client_of
from tracking.keys import Source, Unavailable
from tracking.privacy_form import ErasureSerializer
from tracking.privacy_openapi import ERASE_MYSELF, ERASE_SOMEBODY
from tracking.storage.base import Whom
from tracking.validation import MAX_AGE
from tracking.views import AnyAccept


class SentErasure(msgspec.Struct):
    """visitor_id: the tracker's random id; heard only where the project's identity is that."""

    key: str | None = None
    visitor_id: UUID | None = None


_decoder = msgspec.json.Decoder(SentErasure)


class EraseMyselfView(APIView):
    """The visitor is who sends the request: in cookieless mode nothing in it can name another one."""

    authentication_classes = ()  # a write key says which project; the request itself says who
    permission_classes = ()
    parser_classes = ()
    throttle_classes = ()  # counted by visitor and by project
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = AnyAccept
    versioning_class = None

    @ERASE_MYSELF
    def post(self, request: Request) -> Response:
        now = clock.now()
        sent = _sent(read_body(request._request))
        key = request.META.get("HTTP_X_API_KEY") or request.GET.get("key") or request.GET.get("apiKey") or sent.key
        # Also of a project that is switched off: what it has of a visitor it has to give up all the same.
        source = keys.resolve(key, must_be_active=False)
        cors.check_origin(source, request.META.get("HTTP_ORIGIN"))
        client = client_of(request._request)
        whom = _own(source, client, sent, now)
        # But for an id of the tracker, what is theirs was received in these two days.
        is_recent = sent.visitor_id is None or source.project.is_cookieless
        start = now - identity.KEPT_FOR - MAX_AGE if is_recent else None
        project = Project.objects.filter(pk=source.project.id, deleted_at=None).first()
        if project is None:
            raise keys.UnknownKey
        try:
            erasure_limit.spend(project.pk, identity.visitor_ids(project.pk, client.ip, "", now)[0], now)
            erasure.request(project, whom, now=now, start=start, is_by_visitor=True)
        except redis.RedisError:
            raise Unavailable(headers={"Retry-After": "30"}) from None
        return Response({"status": "accepted"}, status=202)

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        response = HttpResponse(status=204, headers=cors.PREFLIGHT)
        del response.headers["Content-Type"]
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = cors.ALLOW_ORIGIN
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        return response


class EraseSomebodyView(APIView):
    """Needs the role of an admin, or the scope `manage`."""

    @ERASE_SOMEBODY
    def post(self, request: Request, project_id: UUID) -> Response:
        project = get_project_for(who(request), project_id, Role.ADMIN)
        serializer = ErasureSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        if "visitor_id" in asked:
            whom = Whom((identity.parse_shown(asked["visitor_id"]),))
        else:
            whom = Whom((), asked["user_id"])
        try:
            erasure_id = erasure.request(project, whom, now=clock.now(), start=asked.get("start"), end=asked.get("end"))
        except redis.RedisError:
            raise Unavailable(headers={"Retry-After": "5"}) from None
        return Response({"status": "accepted", "erasure_id": str(erasure_id)}, status=202)


def _sent(body: bytes) -> SentErasure:
    try:
        return _decoder.decode(body) if body.strip() else SentErasure()
    except msgspec.ValidationError as error:
        pointer = "/visitor_id" if "visitor_id" in str(error) else "/key" if "key" in str(error) else ""
        code = "invalid_uuid" if pointer == "/visitor_id" else "wrong_type"
        raise Invalid(errors=[{"pointer": pointer, "code": code, "detail": str(error).partition(" - ")[0]}]) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotJson(str(error)) from None


def _own(source: Source, client: Client, sent: SentErasure, now: datetime) -> Whom:
    found = list(filter(None, identity.visitor_ids(source.project.id, client.ip, client.user_agent, now)))
    if sent.visitor_id is not None and not source.project.is_cookieless:
        found.append(identity.anonymous_visitor_id(source.project.id, sent.visitor_id))
    return Whom(tuple(found))
