"""What the properties of an event must be for a goal: [{"key", "operator", "values"}], all of which must hold.

The texts are compared, as the dimension prop:<key> has them, case and all; a property that is missing is empty. Of
several values one must fit; with a negative operator, none. matches: RE2, anywhere in the value. gt, gte, lt, lte: of a
number, or of a text that is one; anything else never fits.
"""

from typing import Any

from django.utils.translation import gettext as _

from goals import patterns
from goals.faults import Faults, text
from goals.properties import number_of

TEXT_OPERATORS = ("is", "is_not", "contains", "contains_not", "matches", "matches_not")
NUMBER_OPERATORS = ("gt", "gte", "lt", "lte")
OPERATORS = (*TEXT_OPERATORS, *NUMBER_OPERATORS)
MAX_CONDITIONS = 10
MAX_VALUES = 50
MAX_KEY_CHARS = 100
MAX_VALUE_CHARS = 500


def conditions_of(value: Any, faults: Faults) -> list[dict[str, Any]]:
    """As they are stored: numbers among the values as texts."""
    if value is None:
        return []
    if not isinstance(value, list):
        faults.add("/conditions", "not_a_list", _("This must be a list of conditions."))
        return []
    if len(value) > MAX_CONDITIONS:
        faults.add("/conditions", "too_many", _("At most %(most)s conditions.") % {"most": MAX_CONDITIONS})
        return []
    return [_condition(each, f"/conditions/{index}", faults) for index, each in enumerate(value)]


def _condition(value: Any, pointer: str, faults: Faults) -> dict[str, Any]:
    if not isinstance(value, dict) or not value.keys() <= {"key", "operator", "values"}:
        faults.add(pointer, "not_a_condition", _("A condition has a key, an operator and values."))
        return {}
    operator = value.get("operator")
    if operator not in OPERATORS:
        faults.add(f"{pointer}/operator", "invalid_choice", _("Choose how the property is compared."))
    values = value.get("values")
    if not isinstance(values, list) or not 0 < len(values) <= MAX_VALUES:
        faults.add(f"{pointer}/values", "required", _("From 1 to %(most)s values.") % {"most": MAX_VALUES})
        values = []
    elif operator in NUMBER_OPERATORS and len(values) > 1:
        faults.add(f"{pointer}/values", "too_many", _("Compare with one number."))
    key = text(value.get("key"), f"{pointer}/key", MAX_KEY_CHARS, faults, is_required=True)
    found = [_value(each, operator, f"{pointer}/values/{index}", faults) for index, each in enumerate(values)]
    return {"key": key, "operator": operator, "values": found}


def _value(value: Any, operator: Any, pointer: str, faults: Faults) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    found = text(value, pointer, MAX_VALUE_CHARS, faults)
    if operator in NUMBER_OPERATORS and number_of(found) is None:
        faults.add(pointer, "not_a_number", _("This is no number."))
    elif operator in ("matches", "matches_not"):
        try:
            patterns.expression(found)
        except patterns.NoPattern as error:
            detail = _("This is no regular expression that can be used: %(reason)s") % {"reason": error}
            faults.add(pointer, "invalid_pattern", detail)
    return found
