"""What every page's frame is made of: icons, plates, the places of the site, how a member likes their pages."""

from functools import cache
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from plnet.addresses import address

register = template.Library()


class HasPlate(Protocol):
    """Whoever a monogram can be made for: a network.models.Person."""

    @property
    def tone(self) -> int: ...
    @property
    def monogram(self) -> str: ...
    @property
    def kind(self) -> str: ...


@cache
def _icon(name: str) -> SafeString:
    css = "logo" if name == "plnet" else "i"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"></use></svg>', css, static("icons.svg"), name
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of static/icons.svg. It says nothing to a screen reader: put words beside it."""
    return _icon(name)


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A part of the page that says the same to everybody, as {% include %}: made once for each language."""
    return SafeString(render_to_string(name)) if settings.DEBUG else _fixed(name, get_language() or "")


@cache
def _fixed(name: str, language: str) -> SafeString:  # noqa: ARG001
    return SafeString(render_to_string(name))


@register.simple_tag
def plate(person: HasPlate, size: str = "") -> SafeString:
    """The portrait of a person, else their monogram in one of eight tones. `size` is one of "", "s", "m", "l".

    Never asks the database: a list that has not read who has a portrait shows monograms.
    """
    square = " org" if person.kind == "organisation" else ""
    if portrait := vars(person).get("portrait_id"):
        return format_html(
            '<span class="plate {} t{}{}" aria-hidden="true"><img src="{}?{}" alt="" loading="lazy"></span>',
            size, person.tone, square, address("person_portrait", vars(person)["id"]), portrait,
        )  # fmt: skip
    return format_html(
        '<span class="plate {} t{}{}" aria-hidden="true">{}</span>', size, person.tone, square, person.monogram
    )


@register.simple_tag(takes_context=True)
def place(context: Context, name: str) -> dict[str, Any]:
    """Where a place of the site is: {url, current}. `url` is empty where there is no such page."""
    url = _address(name)
    request = context.get("request")
    here = request is not None and request.path == url
    return {"url": url, "current": SafeString(' aria-current="page"') if here else ""}


@cache
def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag
def widget(field: BoundField, without_help: bool = False, **attrs: str) -> SafeString:
    """A form field without a placeholder: its label stands above it already.

    `without_help` for pages that do not show the help text, which would otherwise be named as its description.
    """
    help_text, field.help_text = field.help_text, "" if without_help else field.help_text
    drawn = field.as_widget(attrs={"placeholder": False} | attrs)
    field.help_text = help_text
    return drawn


@register.simple_tag
def look(user: Any) -> SafeString:
    """The attributes of <html> that carry a member's choices; what is as usual is not written down."""
    usual = {"theme": "system", "size": "normal", "measure": "normal", "face": "serif"}
    chosen = {name: getattr(user, name, default) for name, default in usual.items()}
    pairs = [(name, value) for name, value in chosen.items() if value != usual[name]]
    return format_html_join("", ' data-{}="{}"', pairs)
