"""A whole project as an archive, and back: the same numbers, and nothing that an archive could do to this server."""

import gzip
import io
import json
import random
import tarfile
from datetime import timedelta
from itertools import combinations
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from msgspec.structs import replace

from goals import filling
from goals.actions import create_goal, pause_goal
from goals.models import Funnel, Goal
from projects.models import Project
from reports import params
from reports.exports import archive_reading, archive_rows, importing, project_archive
from reports.exports.importing import import_archive
from reports.exports.project_archive import ArchiveSteps, digest_of, write
from reports.exports.tar_entries import END, NotAnArchive
from reports.models import Annotation, ImportedArchive, Kind, Segment
from reports.tests.conftest import NOW
from tracking.envelope import AcceptedEvent, Envelope, Message
from tracking.models import Event, GoalCompletion, LedgerHour, ProcessedMessage, QuarantinedEvent, Visit
from tracking.storage import get_store, possible
from tracking.storage.spec import METRICS, Period, StatsQuery
from tracking.storage.tests.builders import event, message, quarantined

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TABLES = (Event, Visit, GoalCompletion, QuarantinedEvent)
OTHERS = {"project_id", "pk", "payload", "goal_id"}
GOALS = (
    {"name": "Buy", "goal_type": "event", "target_event_name": "Buy"},
    {"name": "Paid", "goal_type": "value", "target_value": "0.1", "target_event_name": "Sign up"},
    {"name": "Pro", "goal_type": "event", "target_event_type": "click",
     "conditions": [{"key": "plan", "operator": "contains", "values": ["a", "ü"]}]},
    {"name": "Read", "goal_type": "scroll", "target_url_pattern": "*", "target_value": 70},
)  # fmt: skip


def rows_of(table, project):
    """Every row of the table, column by column, but for whose it is."""
    fields = [field.attname for field in table._meta.concrete_fields if field.attname not in OTHERS]
    return sorted(map(repr, table.objects.filter(project_id=project.pk).values_list(*fields)))


def ledger_of(project):
    fields = ("hour", "received", "accepted", "stored", "duplicate", "quarantined", "rejected", "reasons")
    return list(LedgerHour.objects.filter(project_id=project.pk).order_by("hour").values_list(*fields))


def made(project, archive_id=None):
    """The archive's bytes."""
    pieces = []
    for _ in write(ArchiveSteps(project, archive_id or uuid4(), NOW), pieces.append):
        pass
    return b"".join(pieces)


def imported(archive, organization, **options):
    return import_archive(io.BytesIO(archive), organization, now=NOW, **options)


def busy(project, seed, count=300):
    """Visits of many kinds over 40 days, with revenue, engagement, goals, properties and what was set aside."""
    draw = random.Random(seed)
    texts = ["", "a", "ü\n\"'", "=1+1", "\\u0000", "💥", "x" * 300, "\x01"]
    visits = []
    for number in range(count // 6):
        start = NOW - timedelta(minutes=draw.randrange(1, 40 * 24 * 60), microseconds=draw.randrange(10**6))
        start = start.replace(microsecond=start.microsecond // 1000 * 1000)
        touch = {name: draw.choice(texts) for name in ("source", "referrer", "country", "browser", "utm_campaign")}
        visits.append((number + 1, draw.randrange(-(2**63), 2**63), start, touch))
    events = []
    for _ in range(count):
        session_id, visitor_id, start, touch = draw.choice(visits)
        kind = draw.choice(["pageview", "pageview", "custom", "click", "engagement"])
        fields = {
            "event_type": kind,
            "event_name": draw.choice(["Buy", "Sign up"]) if kind == "custom" else "",
            "engaged_ms": draw.randrange(10**6) if kind == "engagement" else None,
            "scroll_depth": draw.randrange(101) if kind == "engagement" else None,
            "value": draw.choice([None, 0.0, 0.1, 1e-9, 12345.678, -3.0]) if kind == "custom" else None,
            "currency": "EUR" if kind == "custom" else "",
            "custom_data": draw.choice([None, {}, {"plan": draw.choice(texts), "deep": [{"x": 1.50}, None, 10**30]}]),
            "screen_width": draw.choice([None, 0, 800]),
            "user_id": draw.choice(["", "u1"]),
            "path": draw.choice(texts),
            "title": draw.choice(texts),
        }
        # Some came late, before the event that opened their visit; some have no visit.
        at = start + timedelta(seconds=draw.randrange(-600, 4000), microseconds=draw.randrange(10**6))
        in_visit = draw.random() < 0.95
        events.append(event(
            project_id=project.pk, visitor_id=visitor_id, session_id=session_id if in_visit else 0,
            session_started_at=start if in_visit else None, occurred_at=at, received_at=at, **touch, **fields,
        ))  # fmt: skip
    draw.shuffle(events)
    aside = [quarantined(project_id=project.pk, occurred_at=NOW - n * DAY, received_at=NOW - n * DAY) for n in range(5)]
    for start in range(0, count, 50):
        some = events[start : start + 50]
        get_store().append(message(*some, quarantined=aside if start == 0 else [], received_at=NOW))
    for fields in GOALS:
        create_goal(project=project, by=None, **fields)
    count_goals(project)


def count_goals(project):
    """As a worker does once they are made."""
    for goal in Goal.objects.of(project):
        assert filling.fill(goal.pk, now=lambda: NOW) is None


def answers(project):
    """Every metric, over all and by many dimensions, days and hours: what each question is answered."""
    ref = params.ref(project)
    period = Period(NOW - 45 * DAY, NOW + DAY, project.zone)
    names = ("page", "source", "entry_page", "exit_page", "country", "event_name", "screen_size", "prop:plan", "goal",
             "currency", "utm_campaign")  # fmt: skip
    goals = {str(goal.pk): goal.name for goal in Goal.objects.of(project)}
    found = {}
    for dimensions in [(), *((name,) for name in names), *list(combinations(names[:4], 2))]:
        for interval in (None, "day") if len(dimensions) < 2 else (None,):
            for metric in METRICS:
                query = StatsQuery(ref, (metric,), period, dimensions, interval=interval, limit=10_000)
                if possible.impossible(query) or (metric == "percentage" and interval):
                    continue
                rows = [
                    (*(goals.get(each, each) for each in row.dimensions), *map(_rounded, row.metrics))
                    for row in get_store().run(query).rows
                ]
                found[dimensions, interval, metric] = sorted(rows, key=repr)
    return found


def _rounded(value):
    """Sums of floats depend on the order of what is added."""
    return round(value, 5) if isinstance(value, float) else value


@pytest.fixture
def small_parts(monkeypatch):
    """Several parts of each kind, and several batches a part."""
    for name in ("events_page", "completions_page", "quarantined_page", "ledger_page"):
        page = getattr(project_archive.stored, name)
        monkeypatch.setattr(project_archive.stored, name, lambda *args, page=page: page(*args, 17))
    monkeypatch.setattr(importing, "BATCH_ROWS", 5)


@pytest.mark.usefixtures("small_parts")
def test_an_imported_project_has_the_same_rows_and_every_number_is_the_same(project, organization):
    busy(project, seed=1)
    found = imported(made(project), organization)
    copy = found.project
    count_goals(copy)
    assert copy.pk != project.pk
    assert found.counts["events"] == 300
    assert not {goal.pk for goal in Goal.objects.of(copy)} & {goal.pk for goal in Goal.objects.of(project)}
    for table in TABLES:
        assert rows_of(table, project)
        assert rows_of(table, copy) == rows_of(table, project), table
    assert len(ledger_of(project)) > 5
    settled = [hour for hour in ledger_of(project) if hour[0] <= NOW - timedelta(hours=2)]
    assert ledger_of(copy)[: len(settled)] == settled
    assert [hour[2:] for hour in ledger_of(copy)] == [hour[2:] for hour in ledger_of(project)]
    assert all(received == accepted for _, received, accepted, *_ in ledger_of(copy)[len(settled) :])
    before, after = answers(project), answers(copy)
    assert len(before) > 200
    assert after == before


def test_the_settings_and_the_teams_segments_go_along_and_no_key_and_no_member(project, organization, alice):
    fields = {"description": "Ours", "identity_mode": "anonymous_id", "allowed_origins": ["https://*.example.com"],
              "kept_query_params": ["id"], "screening": {"countries": ["DE"], "networks": ["192.0.2.0/24"]},
              "first_event_at": NOW - DAY, "is_active": False, "rate_limit_per_hour": 5}  # fmt: skip
    Project.objects.filter(pk=project.pk).update(**fields)
    project.refresh_from_db()
    filters = [["is", "country", ["DE"]], ["has_not_done", ["contains", "page", ["x"], {"case_sensitive": False}]]]
    Segment.objects.create(project=project, name="Germans", filters=filters)
    Segment.objects.create(project=project, name="Mine", filters=filters, owner=alice)
    archive = made(project)
    assert project.write_key.encode() not in archive
    assert b"alice" not in archive
    copy = imported(archive, organization).project
    same = ("name", "domain", "timezone", *fields.keys() - {"rate_limit_per_hour"})
    assert [getattr(copy, name) for name in same] == [getattr(project, name) for name in same]
    assert copy.write_key != project.write_key
    assert copy.rate_limit_per_hour is None
    segments = [(each.name, each.filters, each.kind) for each in copy.segments.all()]
    assert segments == [("Germans", filters, Kind.PROJECT)]


def test_annotations_go_along_without_who_wrote_them(project, organization, alice):
    of_a_day, of_a_moment = [
        Annotation.objects.create(project=project, created_by=alice, **fields)
        for fields in (
            {"title": "Redesign", "occurred_at": NOW - timedelta(hours=12), "occurred_on": NOW.date(), "text": "All\n"},
            {"title": "Release", "occurred_at": NOW, "kind": "release", "url": "https://example.com/",
             "is_public": True, "external_id": "v2"},
        )
    ]  # fmt: skip
    archive = made(project)
    assert b"alice" not in archive
    copy = imported(archive, organization).project
    names = ("title", "occurred_at", "occurred_on", "kind", "text", "url", "is_public", "external_id")
    assert [[getattr(each, name) for name in names] for each in copy.annotations.order_by("occurred_at")] == [
        [getattr(each, name) for name in names] for each in (of_a_day, of_a_moment)
    ]
    assert not copy.annotations.exclude(created_by=None).exists()


def test_the_archive_is_a_tar_of_json_lines_that_other_programs_read(project):
    get_store().append(message(event(project_id=project.pk, received_at=NOW, occurred_at=NOW, title="ü")))
    with tarfile.open(fileobj=io.BytesIO(made(project))) as tar:
        names = tar.getnames()
        part = gzip.decompress(tar.extractfile("events-000001.jsonl.gz").read())
        manifest = json.load(tar.extractfile("manifest.json"))
        complete = json.load(tar.extractfile("complete.json"))
    assert names == ["manifest.json", "ledger-000001.jsonl.gz", "events-000001.jsonl.gz", "complete.json"]
    assert (manifest["format"], manifest["version"], manifest["project"]["domain"]) == (
        "analytics-pulse-project", 3, "example.com",
    )  # fmt: skip
    assert complete["counts"]["events"] == 1
    rows = [json.loads(line) for line in part.splitlines()]
    assert [(row["title"], row["occurred_at"]) for row in rows] == [("ü", "2026-11-20T11:00:00Z")]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("after", [0, 1, 7, 20, 60])
def test_an_import_that_is_broken_off_goes_on_and_nothing_is_there_twice(project, organization, monkeypatch, after):
    busy(project, seed=2, count=90)
    archive = made(project)
    calls = []
    append = importing.get_store().append

    class Failing:
        def append(self, batch):
            calls.append(batch)
            if len(calls) > after:
                raise KeyboardInterrupt
            return append(batch)

    with monkeypatch.context() as broken:
        broken.setattr(importing, "get_store", Failing)
        try:
            imported(archive, organization)
            assert len(calls) <= after
        except KeyboardInterrupt:
            copy = ImportedArchive.objects.get(done_at=None).project
            assert not copy.is_active
    if after == 7:  # the ids of messages are forgotten after a month; those of events are not
        ProcessedMessage.objects.all().delete()
    copy = imported(archive, organization).project
    count_goals(copy)
    assert copy.is_active
    for table in TABLES:
        assert rows_of(table, copy) == rows_of(table, project), table
    assert ledger_of(copy)[:3] == ledger_of(project)[:3]
    assert ImportedArchive.objects.get().done_at


def test_goals_and_funnels_go_along_and_name_the_goals_as_they_are_there(project, organization):
    buy = create_goal(project=project, by=None, **GOALS[0])
    paused = create_goal(project=project, by=None, **GOALS[3])
    pause_goal(goal=paused, by=None)
    filters = [["is", "goal", [str(buy.pk)]], ["is", "page", ["/a"]]]
    Segment.objects.create(project=project, name="Buyers", filters=filters)
    steps = [{"filters": [["is", "page", ["/"]]]}, {"name": "Bought", "goal": str(buy.pk)}]
    Funnel.objects.create(project=project, name="Shop", steps=steps, by="visitor", window_s=3600)
    copy = imported(made(project), organization).project
    goals = {goal.name: goal for goal in Goal.objects.of(copy)}
    assert {name: goal.is_active for name, goal in goals.items()} == {"Buy": True, "Read": False}
    assert (goals["Read"].target_value, goals["Read"].url_match) == (70, "wildcard")
    funnel = Funnel.objects.get(project=copy)
    assert (funnel.name, funnel.by, funnel.window_s) == ("Shop", "visitor", 3600)
    assert [step.get("goal") for step in funnel.steps] == [None, str(goals["Buy"].pk)]
    assert ["is", "goal", [str(goals["Buy"].pk)]] in Segment.objects.get(project=copy).filters


def test_a_second_import_does_nothing_and_a_copy_is_another_project(project, organization, alice):
    busy(project, seed=3, count=20)
    archive = made(project)
    first = imported(archive, organization)
    first.project.name = "Renamed"
    first.project.save()
    again = imported(archive, organization)
    assert (again.was_done, again.project) == (True, first.project)
    assert Project.objects.get(pk=first.project.pk).name == "Renamed"
    other = imported(archive, organization, copy="two")
    assert not other.was_done
    assert other.project != first.project
    assert rows_of(Event, other.project) == rows_of(Event, project)


def test_what_is_restored_from_an_imported_quarantine_goes_to_the_new_project(project, organization):
    accepted = AcceptedEvent(uuid4(), "pageview", NOW, "https://example.com/")
    envelope = Envelope(project.pk, NOW, 1, None, "curl", "", "", "", "", [accepted])
    aside = quarantined(project_id=project.pk, event_id=accepted.event_id, occurred_at=NOW, received_at=NOW,
                        payload=Message(uuid4(), [envelope]).encode())  # fmt: skip
    unreadable = quarantined(project_id=project.pk, occurred_at=NOW, received_at=NOW, payload=b"\xc1")
    get_store().append(message(quarantined=[aside, unreadable]))
    copy = imported(made(project), organization).project
    payloads = dict(QuarantinedEvent.objects.filter(project_id=copy.pk).values_list("event_id", "payload"))
    assert Message.decode(bytes(payloads[aside.event_id])).envelopes == [replace(envelope, project_id=copy.pk)]
    assert bytes(payloads[unreadable.event_id]) == b"\xc1"


def test_what_is_older_than_what_is_kept_is_left_out_only_when_asked_for(project, organization, settings):
    settings.RETENTION_MONTHS = 2
    old, new = (event(project_id=project.pk, received_at=at, occurred_at=at, session_started_at=at)
                for at in (NOW - 100 * DAY, NOW - DAY))  # fmt: skip
    get_store().append(message(old, replace(new, session_id=2)))
    archive = made(project)
    with pytest.raises(NotAnArchive, match="keeps 2 months"):
        imported(archive, organization)
    assert Project.objects.count() == 1
    found = imported(archive, organization, drop_old=True)
    assert found.left_out == 1
    assert [row.event_id for row in Event.objects.filter(project_id=found.project.pk)] == [new.event_id]


# --- Archives that nobody should trust ------------------------------------------------------------------------------


def forged(*parts, manifest=None, complete=None, extra=b""):
    """An archive with these (name, content), whose sums are right."""
    project = {"name": "X", "domain": "x.example", "timezone": "UTC"} | (manifest or {}).pop("project", {})
    head = {"format": archive_rows.FORMAT, "version": 1, "archive_id": str(uuid4()), "made_at": NOW.isoformat(),
            "made_by": "?", "project_id": str(uuid4()), "project": project} | (manifest or {})  # fmt: skip
    entries = [("manifest.json", json.dumps(head).encode()), *parts]
    digest = ""
    for name, content in entries:
        digest = digest_of(digest, name, content)
    counts = {}
    for name, content in parts:
        section = name.split("-")[0]
        try:
            counts[section] = counts.get(section, 0) + len(gzip.decompress(content).splitlines())
        except (OSError, EOFError):
            counts[section] = 1
    end = {"counts": counts, "entries": len(entries), "digest": digest} | (complete or {})
    data = b"".join(raw(name, content) for name, content in [*entries, ("complete.json", json.dumps(end).encode())])
    return data + extra + END


def raw(name, content, kind=tarfile.REGTYPE):
    """A tar entry of any name."""
    info = tarfile.TarInfo(name)
    info.size, info.type = len(content), kind
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % 512)


def lines(*rows):
    return gzip.compress("".join(each if isinstance(each, str) else json.dumps(each) + "\n" for each in rows).encode())


EVENT = {"event_id": str(UUID(int=1)), "occurred_at": NOW.isoformat(), "received_at": NOW.isoformat(),
         "visitor_id": 1, "event_type": "pageview"}  # fmt: skip


def events(*rows):
    return ("events-000001.jsonl.gz", lines(*rows))


def test_a_forged_archive_that_is_right_is_read(organization):
    assert imported(forged(events(EVENT)), organization).counts["events"] == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"occurred_at": "0001-01-01T00:00:00Z"},
        {"occurred_at": "2026-11-20T00:00:00Z", "occurred_on": "9999-12-31"},
        {"occurred_at": "2026-11-20T00:00:00Z", "url": "javascript:alert(1)"},
        {"occurred_at": "2026-11-20T00:00:00Z", "title": "x" * 121},
    ],
)
def test_an_annotation_that_cannot_be_shown_is_refused(organization, fields):
    archive = forged(("annotations-000001.jsonl.gz", lines({"id": str(uuid4()), "title": "x"} | fields)))
    with pytest.raises(NotAnArchive, match=r"annotation"):
        imported(archive, organization)
    assert not Annotation.objects.exists()


DEEP = "[" * 10**5 + "]" * 10**5
BAD = {
    "nothing": (b"", "breaks off"),
    "something else": (b"PK\x03\x04" + b"x" * 2000, "no archive"),
    "a tar of other things": (raw("hello.txt", b"x") + END, "does not begin"),
    "a path": (forged(("../../etc/passwd", b"x")), "none of ours"),
    "an absolute path": (forged(("/etc/cron.d/x", b"x")), "none of ours"),
    "a device": (raw("manifest.json", b"", tarfile.CHRTYPE) + END, "none of ours"),
    "a link": (raw("manifest.json", b"", tarfile.SYMTYPE) + END, "none of ours"),
    "another section": (forged(("members-000001.jsonl.gz", lines({}))), "does not belong"),
    "parts out of order": (forged(("events-000002.jsonl.gz", lines(EVENT))), "does not belong"),
    "sections out of order": (forged(events(EVENT), ("ledger-000001.jsonl.gz", lines())), "does not belong"),
    "another format": (forged(manifest={"format": "zip"}), "something else"),
    "a newer version": (forged(manifest={"version": archive_rows.VERSION + 1}), "update it first"),
    "version 0": (forged(manifest={"version": 0}), "no version"),
    "no settings": (forged(manifest={"project": {"name": 1}}), "manifest.json"),
    "a secret in the settings": (forged(manifest={"project": {"write_key": "ap_pub_x"}}), "unknown field"),
    "a domain that is none": (forged(manifest={"project": {"domain": "a b"}}), "settings are not valid"),
    "a zone that is none": (forged(manifest={"project": {"timezone": "/etc/passwd"}}), "settings are not valid"),
    "unknown rules": (forged(manifest={"project": {"screening": {"x": []}}}), "settings are not valid"),
    "another sum": (forged(events(EVENT), complete={"digest": "0"}), "damaged"),
    "another number of entries": (forged(events(EVENT), complete={"entries": 9}), "damaged"),
    "other counts": (forged(events(EVENT), complete={"counts": {"events": 2}}), "other numbers"),
    "something after the end": (forged(extra=raw("more.json", b"{}")), "after the archive's end"),
    "not gzip": (forged(("events-000001.jsonl.gz", b"plain")), "damaged"),
    "half of a gzip": (forged(("events-000001.jsonl.gz", lines(EVENT)[:-4])), "not whole"),
    "a row without its end": (forged(events(json.dumps(EVENT))), "not whole"),
    "an endless line": (forged(("events-000001.jsonl.gz", gzip.compress(b" " * 2**21))), "larger than any"),
    "no JSON": (forged(events("{\n")), "line 1"),
    "an unknown column": (forged(events(EVENT | {"ip_address": "x"})), "unknown field"),
    "a column of another type": (forged(events(EVENT, EVENT | {"path": 1})), "line 2"),
    "a time without a zone": (forged(events(EVENT | {"occurred_at": "2026-11-20T00:00:00"})), "line 1"),
    "a time of the future": (forged(events(EVENT | {"occurred_at": "9999-01-01T00:00:00Z"})), "future"),
    "a visit of the future": (forged(events(EVENT | {"session_started_at": "2999-01-01T00:00:00Z"})), "future"),
    "a number too large": (forged(events(EVENT | {"visitor_id": 2**63})), "line 1"),
    "NUL": (forged(events(EVENT | {"path": "\0"})), "NUL"),
    "NUL in a property": (forged(events(EVENT | {"custom_data": {"a": ["\0"]}})), "NUL"),
    "deep nesting": (forged(events(json.dumps(EVENT)[:-1] + ',"custom_data":' + DEEP + "}\n")), "line 1|object"),
    "properties that are no object": (forged(events(EVENT | {"custom_data": [1]})), "object"),
    "a goal that is none": (
        forged(("goals-000001.jsonl.gz", lines({"id": str(uuid4()), "name": "x", "goal_type": "scroll"}))), "goal",
    ),
    "a pattern that is none": (
        forged(("goals-000001.jsonl.gz", lines({"id": str(uuid4()), "name": "x", "goal_type": "pageview",
                                                "target_url_pattern": "(", "url_match": "regex"}))), "goal",
    ),
    "a funnel that is none": (
        forged(("funnels-000001.jsonl.gz", lines({"id": str(uuid4()), "name": "x", "steps": [1], "by": "visit",
                                                  "order": "loose"}))), "funnel",
    ),
    "a filter that is none": (
        forged(("segments-000001.jsonl.gz", lines({"id": str(uuid4()), "name": "x", "filters": [["is"]]}))), "segment",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_archive_of_ours_is_refused_and_nothing_is_left_behind(organization, what):
    archive, said = BAD[what]
    with pytest.raises(NotAnArchive, match=said):
        imported(archive, organization)
    assert (Project.objects.count(), Event.objects.count(), ImportedArchive.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9, 0.999])
def test_a_part_of_an_archive_is_refused(project, organization, left):
    busy(project, seed=4, count=60)
    archive = made(project)
    with pytest.raises(NotAnArchive, match="not whole"):
        imported(archive[: int(len(archive) * left)], organization)


def test_a_changed_byte_is_noticed_wherever_it_is(project, organization):
    busy(project, seed=5, count=30)
    archive = made(project)
    draw = random.Random(6)
    for _ in range(40):
        at = draw.randrange(len(archive))
        changed = archive[:at] + bytes([archive[at] ^ (1 << draw.randrange(8))]) + archive[at + 1 :]
        try:
            found = archive_reading.check(io.BytesIO(changed), lambda section, row: None)
        except NotAnArchive:
            continue
        # What no sum covers: the tar's own padding, owner and the like.
        assert found.counts["events"] == 30


def test_the_commands_write_and_read_it(project, organization, tmp_path, capsys):
    busy(project, seed=7, count=30)
    path = tmp_path / "site.tar"
    call_command("export_project", str(project.pk), str(path))
    assert list(tmp_path.iterdir()) == [path]
    call_command("import_project", str(path), organization=organization.name, json=True)
    answer = json.loads(capsys.readouterr().out)
    copy = Project.objects.get(pk=answer["project_id"])
    assert rows_of(Event, copy) == rows_of(Event, project)
    call_command("import_project", str(path), organization=str(organization.pk))
    assert "Nothing was done" in capsys.readouterr().out
    call_command("import_project", str(path), owner="carol@example.com")
    assert Project.objects.filter(organization__members__email="carol@example.com").count() == 1


@pytest.mark.parametrize(
    ("command", "args", "said"),
    [
        ("export_project", ["00000000-0000-0000-0000-000000000000", "x.tar"], "no project"),
        ("export_project", ["x", "x.tar"], "no project"),
        ("import_project", ["/nowhere.tar", "--owner=a@example.com"], "cannot be read"),
        ("import_project", [__file__, "--organization=Nobody"], "no organization"),
        ("import_project", [__file__, "--owner=nobody"], "no email"),
        ("import_project", [__file__, "--owner=a@example.com"], "no archive"),
    ],
)
def test_the_commands_say_what_is_wrong(command, args, said):
    with pytest.raises(CommandError, match=said):
        call_command(command, *args)
