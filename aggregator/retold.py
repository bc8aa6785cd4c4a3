"""Sentences that were written down, in the language of who reads them.

Workers write why something could not be had. They have no reader, so they write English; what shows it retells it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_

FILLED = (  # those with something of the moment in them; all others are known as they stand
    N_(
        "{place} has no feeds. Many who publish there also have a site, a newsletter, or an account on Mastodon or "
        "Bluesky: give that address."
    ),
    N_(
        "There is a page at {host}, but no feed was found. If the site has a blog, news or podcast page, give "
        "that one; or the feed's own address, if you know it."
    ),
    N_("{host} sent a file ({kind}), neither a page nor a feed. Give the page it belongs to."),
    N_("What {host} sent could not be read just now. Look again in a while."),
    N_("{host} has no page there. Is the address spelled right? Its front page may do."),
    N_("{host} asks to be left alone for now. Try again later."),
    N_("{host} does not let programs read that page. If you know the address of its feed, give that one."),
    N_("{host} is in trouble at the moment. Try again later."),
    N_("{host} did not answer in time. Try again later."),
    N_("{host} gave an answer that is of no use here."),
    N_("{host} is so slow that looking for feeds was given up. Try again later."),
    N_("{host} has asked this server to wait before it comes again. Try again later."),
    N_("That address %(reason)s. Only public web servers are visited."),
    N_("names port %(port)d, where no web servers are looked for"),
    N_("The document did not come in full within %(seconds)g seconds."),
    N_("Nobody answered within %(seconds)g seconds."),
    N_("The document is larger than %(size)g MB."),
    N_("Addresses here begin with http:// or https://, not with {}:."),
    N_("“{}” is no address. An address looks like example.org or https://example.org/blog."),
    N_("{host}: {why} Is the address spelled right?"),
    N_("{host}: {why}"),  # fits most; so it stands last
)
SENTENCES = ("{why}", "%(reason)s")  # blanks that hold a sentence themselves
BLANK = re.compile(r"\{\w*\}|%\(\w+\)[sdg]")


def retold(said: str, filled: Sequence[str] = FILLED) -> str:
    """The sentence as the reader would say it; as it stands where nobody has put words for it."""
    if not said or (get_language() or "en").startswith("en"):
        return said
    if (known := _(said)) != said:
        return known
    for words in filled:
        if match := pattern(words).fullmatch(said):
            values = dict(zip(BLANK.findall(words), match.groups(), strict=True))
            values |= {blank: retold(values[blank]) for blank in SENTENCES if blank in values}
            return BLANK.sub(lambda blank: values[blank.group()], _(words))  # noqa: B023  used before the next turn
    return said


@cache
def pattern(words: str) -> re.Pattern[str]:
    """What a sentence looks like when it is filled. Names of hosts have no blanks."""
    parts, blanks = BLANK.split(words), BLANK.findall(words)
    filled = (r"(\S+)" if blank == "{host}" else "(.+)" for blank in blanks)
    return re.compile("".join(re.escape(part) + next(filled, "") for part in parts))
