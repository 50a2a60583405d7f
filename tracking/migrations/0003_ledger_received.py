from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tracking', '0002_admin_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgerhour',
            name='received',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        # What is in the ledger was received: nobody counted at the door until now.
        migrations.RunSQL("UPDATE ingest_ledger SET received = accepted", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='LedgerGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project_id', models.UUIDField()),
                ('hour', models.DateTimeField()),
                ('missing', models.BigIntegerField()),
                ('found_at', models.DateTimeField()),
                ('resolved_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'ledger_gaps',
                'ordering': ('-hour', 'project_id'),
                'indexes': [models.Index(condition=models.Q(('resolved_at', None)), fields=['hour'], name='ledger_gaps_open')],
                'constraints': [models.UniqueConstraint(fields=('project_id', 'hour'), name='ledger_gaps_key')],
            },
        ),
    ]
