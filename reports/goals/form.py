"""The form by which a goal is made and changed. What is possible is said by goals.validation, field by field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.formats import number_format, sanitize_separators
from django.utils.translation import gettext_lazy as _

from analytics_pulse.problems import Invalid
from goals.conditions import NUMBER_OPERATORS, OPERATORS
from goals.models import Goal, GoalType, UrlMatch
from goals.models.goals import MAX_DESCRIPTION_CHARS, MAX_NAME_CHARS, MAX_PATTERN_CHARS
from goals.validation import MAX_EVENT_NAME_CHARS, MAX_PROPERTY_CHARS, USED
from reports.condition_words import OPERATOR_WORDS
from reports.event_words import KINDS
from reports.goals.meaning import meaning
from tracking.event_types import COUNTS_VISITOR

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Of each type of goal: the icon of img/icons.svg, its name, and what it is for.
TYPES: "dict[str, tuple[str, StrOrPromise, StrOrPromise]]" = {
    GoalType.PAGEVIEW: ("eye", _("Page visited"), _("A page is viewed, such as /thanks.")),
    GoalType.EVENT: ("bolt", _("Event"), _("Something is done: a custom event, a download, a form.")),
    GoalType.VALUE: ("chart", _("Value reached"), _("An event is worth at least so much.")),
    GoalType.SCROLL: ("arrow-down", _("Scroll depth"), _("A page is read that far.")),
    GoalType.ENGAGEMENT: ("clock", _("Time on page"), _("A page is looked at for that long.")),
}
CONDITION_WORDS: "dict[str, StrOrPromise]" = {
    **OPERATOR_WORDS,
    "gt": _("is more than"),
    "gte": _("is at least"),
    "lt": _("is less than"),
    "lte": _("is at most"),
}
assert set(CONDITION_WORDS) == set(OPERATORS), "a new operator needs its words"
_KINDS = [(name, KINDS[name][1]) for name in COUNTS_VISITOR if name != "pageview"]
_PATHS = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition as it is edited. faults: what is wrong with it."""

    key: str = ""
    operator: str = "is"
    values: list[str] = field(default_factory=lambda: [""])
    faults: list[str] = field(default_factory=list)


class GoalForm(forms.Form):
    """`conditions`: rows beside the fields, each a key, an operator and values."""

    goal_type = forms.ChoiceField(choices=GoalType.choices, initial=GoalType.PAGEVIEW, required=False)
    target_event_type = forms.ChoiceField(label=_("Kind of event"), choices=_KINDS, initial="custom", required=False)
    target_event_name = forms.CharField(
        label=_("Name of the event"),
        max_length=MAX_EVENT_NAME_CHARS,
        required=False,
        widget=forms.TextInput(attrs=_PATHS | {"placeholder": "Signup"}),
    )
    value_property = forms.CharField(
        label=_("Property that has the number"),
        max_length=MAX_PROPERTY_CHARS,
        required=False,
        help_text=_("Empty: the value that the event carries."),
        widget=forms.TextInput(attrs=_PATHS | {"placeholder": "amount"}),
    )
    target_value = forms.CharField(required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    url_match = forms.ChoiceField(label=_("Page"), choices=UrlMatch.choices, initial=UrlMatch.EXACT, required=False)
    target_url_pattern = forms.CharField(
        label=_("Path"),
        max_length=MAX_PATTERN_CHARS,
        required=False,
        widget=forms.TextInput(attrs=_PATHS | {"placeholder": "/thanks"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=MAX_NAME_CHARS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=MAX_DESCRIPTION_CHARS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: QueryDict | None = None, *, goal: Goal | None = None) -> None:
        """data: what was sent; goal: what is changed."""
        super().__init__(data, initial=_initial(goal) if goal else None)
        self.conditions = _sent(data) if data is not None else _kept(goal)

    @property
    def fields_of_goal(self) -> dict[str, Any]:
        """What goals.actions take, of what the type uses: what else was typed is there for another type alone. The form
        is valid."""
        sent = self.cleaned_data
        kind = sent["goal_type"]
        found = {name: sent[name] for name in ("name", "description", "goal_type")}
        found |= {name: sent[name] for name in USED.get(kind, ()) if name != "conditions"}
        if found.get("target_event_type", "custom") != "custom":
            found["target_event_name"] = ""  # which was written before another kind was chosen
        if "target_value" in found:
            found["target_value"] = sanitize_separators(found["target_value"])
        if "conditions" in USED.get(kind, ()):
            found["conditions"] = [
                {"key": each.key, "operator": each.operator, "values": each.values} for each in self.conditions
            ]
        return found

    def refuse(self, error: Invalid) -> None:
        """Show each fault at its field, or at its condition."""
        for each in error.errors:
            name, _slash, place = each["pointer"].removeprefix("/").partition("/")
            at = place.partition("/")[0]
            if name == "conditions" and at.isdigit() and int(at) < len(self.conditions):
                self.conditions[int(at)].faults.append(each["detail"])
            else:
                self.add_error(name if name in self.fields else None, each["detail"])

    @property
    def types(self) -> "Iterator[tuple[str, str, StrOrPromise, StrOrPromise, bool]]":
        """Value, icon, name and meaning of each type, and whether it is chosen."""
        chosen = self["goal_type"].value() or GoalType.PAGEVIEW.value
        for name, (icon, title, text) in TYPES.items():
            yield name, icon, title, text, name == chosen


def proposed_name(fields: Mapping[str, Any]) -> str:
    """What a goal with these fields, which are valid but for the name, may be called."""
    if fields["goal_type"] == GoalType.EVENT and fields["target_event_name"] and not fields["conditions"]:
        return str(fields["target_event_name"])
    return meaning(Goal(**{name: value for name, value in fields.items() if name != "name"}))[:MAX_NAME_CHARS]


def _initial(goal: Goal) -> dict[str, Any]:
    own = ("name", "description", "goal_type", "target_event_type", "target_event_name", "value_property")
    found = {name: getattr(goal, name) for name in (*own, "url_match", "target_url_pattern")}
    if goal.target_value is not None:
        found["target_value"] = number_format(_short(goal.target_value), use_l10n=True, force_grouping=False)
    return found


def _short(value: Decimal) -> Decimal | int:
    return int(value) if value == int(value) else value


def _kept(goal: Goal | None) -> list[ConditionRow]:
    return (
        [ConditionRow(each["key"], each["operator"], list(each["values"])) for each in goal.conditions] if goal else []
    )


def _sent(data: QueryDict) -> list[ConditionRow]:
    """The rows, by the order of their numbers. One that nothing was written into is none."""
    found = []
    for at in data.getlist("condition"):
        key, operator = data.get(f"condition-{at}-key", "").strip(), data.get(f"condition-{at}-operator", "is")
        values = data.getlist(f"condition-{at}-value") or [""]
        if operator in NUMBER_OPERATORS:
            values = [str(sanitize_separators(value)) for value in values]
        if key or any(values):
            found.append(ConditionRow(key, operator, values))
    return found
