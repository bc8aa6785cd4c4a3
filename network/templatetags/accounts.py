"""What the pages of the doors want to know about accounts."""

from django import template

from network.models import User

register = template.Library()


@register.simple_tag
def nobody_is_here() -> bool:
    """Whether the next account is the first one, and so the administrator's."""
    return not User.objects.exists()
