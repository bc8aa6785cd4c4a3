"""The ways out of a list: the same list, shown otherwise."""

from django import template

from reading.asked import Where

register = template.Library()


@register.simple_tag
def link(there: Where, **how: str) -> str:
    """The list's address with another `show` or `density`."""
    return there.link(**how)
