"""Why no feed was found at an address, and what would help: a sentence or two for whoever gave it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from ..answers import Failed, NotModified, Refused, Trouble
from .places import Place
from .typed import host_of


def has_none(place: Place) -> str:
    """A place without feeds for anybody."""
    return _(
        "{place} has no feeds. Many who publish there also have a site, a newsletter, or an account on Mastodon or "
        "Bluesky: give that address."
    ).format(place=place.name)


def nothing_there(url: str, place: Place | None) -> str:
    """The page was read; no feed is named and none is at the usual places."""
    match place.name if place else "":
        case "youtube":
            return _("YouTube did not say which channel that is. Give the channel's own address.")
        case "apple":
            return _("Apple does not know this podcast, or keeps it to itself. Look for its own site.")
        case "fediverse":
            return _("No public feed of that account was found. Its server may keep them closed.")
    return _(
        "There is a page at {host}, but no feed was found. If the site has a blog, news or podcast page, give "
        "that one; or the feed's own address, if you know it."
    ).format(host=host_of(url))


def no_page(url: str, content_type: str) -> str:
    """What came is neither a feed nor a page."""
    kind = content_type.partition(";")[0].strip() or "?"
    return _("{host} sent a file ({kind}), neither a page nor a feed. Give the page it belongs to.").format(
        host=host_of(url), kind=kind[:60]
    )


def not_read(url: str) -> str:
    """Something came, and reading it was given up: it may well be a feed."""
    return _("What {host} sent could not be read just now. Look again in a while.").format(host=host_of(url))


def no_answer(answer: Refused | Failed | NotModified) -> str:
    """The page could not be had."""
    match answer:
        case Refused(status=404 | 410):
            text = _("{host} has no page there. Is the address spelled right? Its front page may do.")
        case Refused(status=429 | 503):
            text = _("{host} asks to be left alone for now. Try again later.")
        case Refused(status=401 | 402 | 403 | 451):
            text = _(
                "{host} does not let programs read that page. If you know the address of its feed, give that one."
            )
        case Refused(status=status) if status >= 500:
            text = _("{host} is in trouble at the moment. Try again later.")
        case Failed(trouble=Trouble.DNS):
            text = _("{host}: {why} Is the address spelled right?")
        case Failed(trouble=Trouble.TIMEOUT):
            text = _("{host} did not answer in time. Try again later.")
        case Failed():
            text = _("{host}: {why}")
        case _:
            text = _("{host} gave an answer that is of no use here.")
    return text.format(host=host_of(answer.url), why=getattr(answer, "why", ""))


def out_of_time(url: str) -> str:
    """Looking took longer than anybody waits."""
    return _("{host} is so slow that looking for feeds was given up. Try again later.").format(host=host_of(url))


def never_finished() -> str:
    """Three workers began and none came back."""
    return _("Looking at this address went wrong three times, so it was given up.")


def asked_to_wait(url: str) -> str:
    """The host told us to stay away, and that time is not over."""
    return _("{host} has asked this server to wait before it comes again. Try again later.").format(
        host=host_of(url)
    )
