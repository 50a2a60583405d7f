"""Numbers that stand in a template, in the language of the page: {{ 134|figure:"seconds" }}."""

from django import template

from reports import figures

register = template.Library()
register.filter("figure", figures.figure)
register.filter("compact", figures.compact)
register.filter("signed_percent", figures.signed_percent)
