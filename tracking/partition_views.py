"""/api/v1/partitions: whether the tables of events are ready for the months to come. For administrators."""

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from projects.api import documentation
from projects.api.caller import person
from projects.models import Role
from tracking.storage import partitions

HEALTHY = {
    "ok": True,
    "ahead_months": 6,
    "missing": [],
    "oldest": "2026-10-01",
    "newest": "2027-05-01",
    "tables": {"events": {"partitions": 8, "rows": 51200, "size_bytes": 31457280}},
}

PARTITION = {
    "table": "events",
    "name": "events_2026_nov",
    "month": "2026-11-01",
    "rows": 51200,
    "size_bytes": 31457280,
}


class TableSizeSerializer(serializers.Serializer):
    partitions = serializers.IntegerField()
    rows = serializers.IntegerField(help_text="PostgreSQL's estimate.")
    size_bytes = serializers.IntegerField(help_text="With indexes.")


class PartitionHealthSerializer(serializers.Serializer):
    ok = serializers.BooleanField(help_text="This month's and next month's partitions are there.")
    ahead_months = serializers.IntegerField(help_text="Months after this one that every table is ready for.")
    missing = serializers.ListField(child=serializers.CharField(), help_text="What the next maintenance will make.")
    oldest = serializers.DateField(allow_null=True, help_text="First day of the oldest month.")
    newest = serializers.DateField(allow_null=True, help_text="First day of the newest month.")
    tables = serializers.DictField(child=TableSizeSerializer())


class PartitionSerializer(serializers.Serializer):
    table = serializers.CharField()
    name = serializers.CharField()
    month = serializers.DateField(help_text="Its first day, in UTC.")
    rows = serializers.IntegerField(allow_null=True, help_text="PostgreSQL's estimate; null before the first one.")
    size_bytes = serializers.IntegerField(help_text="With indexes.")


@extend_schema(tags=["Operation"])
class PartitionHealthView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        summary="Health of the partitions",
        responses={
            200: OpenApiResponse(PartitionHealthSerializer, examples=[OpenApiExample("Healthy", HEALTHY)]),
            **documentation.READING,
        },
    )
    def get(self, request: Request) -> Response:
        person(request, Role.VIEWER)  # a token needs its scope
        return Response(partitions.health(clock.now()))


@extend_schema(tags=["Operation"])
class PartitionListView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        summary="List the partitions",
        operation_id="partitions_list",
        responses={
            200: OpenApiResponse(PartitionSerializer(many=True), examples=[OpenApiExample("One of them", PARTITION)]),
            **documentation.READING,
        },
    )
    def get(self, request: Request) -> Response:
        person(request, Role.VIEWER)
        return Response(PartitionSerializer(partitions.list_partitions(), many=True).data)
