from typing import Any

from django.db import migrations, models


def build(apps: Any, schema_editor: Any) -> None:
    from tracking.storage import partition_index

    partition_index.build("events", "engagement_by_visit", "(session_id) WHERE event_type = 'engagement'")


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP INDEX IF EXISTS engagement_by_visit")


class Migration(migrations.Migration):
    """Events come in while the index is built."""

    atomic = False
    dependencies = [
        ("tracking", "0004_rollups"),
    ]

    operations = [
        migrations.CreateModel(
            name="CompletionRules",
            fields=[
                ("project_id", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.BigIntegerField()),
            ],
            options={
                "db_table": "completion_rules",
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(build, drop),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="event",
                    index=models.Index(
                        condition=models.Q(("event_type", "engagement")),
                        fields=["session_id"],
                        name="engagement_by_visit",
                    ),
                ),
            ],
        ),
    ]
