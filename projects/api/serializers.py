"""How projects, keys and organizations look in the API, and what of them a caller may set."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError as InvalidValue
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from projects.api import examples
from projects.domains import normal_domain, normal_origins, normal_query_params
from projects.models import ApiKey, Organization, Project
from projects.models.keys import Scope

In = TypeVar("In")
Out = TypeVar("Out")


def _regular(regular: Callable[[In], Out], value: In) -> Out:
    """`regular(value)`, its refusal in the words of the API."""
    try:
        return regular(value)
    except InvalidValue as error:
        raise serializers.ValidationError(error.messages, code=error.code or "invalid") from None


class DomainField(serializers.CharField):
    """A domain in whatever form people type it; kept as browsers send it."""

    def to_internal_value(self, data: Any) -> str:
        return _regular(normal_domain, super().to_internal_value(data))


@extend_schema_serializer(examples=[examples.ORGANIZATION])
class OrganizationSerializer(serializers.ModelSerializer[Organization]):
    class Meta:
        model = Organization
        fields = ("id", "name", "created_at")


@extend_schema_serializer(examples=[examples.PROJECT])
class ProjectSerializer(serializers.ModelSerializer[Project]):
    domain = DomainField(max_length=253, help_text="Such as example.com.")
    allowed_origins = serializers.ListField(
        child=serializers.CharField(max_length=300),
        required=False,
        help_text="Origins that may send with the write key, such as https://example.com; none: any.",
    )
    kept_query_params = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        help_text="Query parameters of page URLs that are kept, besides the campaign ones.",
    )

    class Meta:
        model = Project
        fields = (
            "id",
            "organization",
            "name",
            "domain",
            "description",
            "timezone",
            "is_active",
            "identity_mode",
            "write_key",
            "allowed_origins",
            "kept_query_params",
            "first_event_at",
            "created_at",
            "updated_at",
        )
        read_only_fields: tuple[str, ...] = (
            "id",
            "organization",
            "write_key",
            "first_event_at",
            "created_at",
            "updated_at",
        )

    def validate_allowed_origins(self, value: list[str]) -> list[str]:
        return _regular(normal_origins, value)

    def validate_kept_query_params(self, value: list[str]) -> list[str]:
        return _regular(normal_query_params, value)


class NewProjectSerializer(ProjectSerializer):
    organization = serializers.UUIDField(
        required=False, help_text="May be left out by somebody who has only one in which they may make projects."
    )

    class Meta(ProjectSerializer.Meta):
        read_only_fields = ("id", "write_key", "first_event_at", "created_at", "updated_at")


@extend_schema_serializer(examples=[examples.API_KEY])
class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.MultipleChoiceField(choices=Scope.choices, allow_empty=False)

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = (
            "id",
            "name",
            "description",
            "prefix",
            "scopes",
            "is_active",
            "last_used_at",
            "created_at",
        )
        read_only_fields = ("id", "prefix", "is_active", "last_used_at", "created_at")


@extend_schema_serializer(examples=[examples.NEW_API_KEY])
class NewApiKeySerializer(ApiKeySerializer):
    """The answer to the request that made the key: the only one that holds the secret."""

    secret = serializers.CharField(read_only=True, help_text="Shown this once.")

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "secret")


@extend_schema_serializer(examples=[examples.WRITE_KEY])
class WriteKeySerializer(serializers.Serializer[Any]):
    write_key = serializers.CharField(read_only=True)


@extend_schema_serializer(examples=[examples.ROTATION])
class RotateWriteKeySerializer(serializers.Serializer[Any]):
    replaces = serializers.CharField(
        required=False,
        max_length=64,
        help_text="The write key that is to be replaced. When the project has another one by now, nothing happens, "
        "so that the request can be repeated safely.",
    )


class ProblemPlaceSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(required=False, help_text="JSON pointer into the request's body.")
    parameter = serializers.CharField(required=False, help_text="Or the query parameter.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable: programs may depend on it.")
    detail = serializers.CharField(required=False)
    errors = ProblemPlaceSerializer(many=True, required=False)  # type: ignore[assignment]
