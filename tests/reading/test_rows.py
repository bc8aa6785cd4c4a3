"""A row of a list: what a feed says is text in it, whatever it says."""

import pytest
from django.utils.safestring import SafeString

from reading.asked import Where
from reading.templatetags.rows import row_of
from reading.timeline import Shown
from tests.reading.roster import NOW, a_feed, a_member, a_source, entries

pytestmark = pytest.mark.django_db
EVIL = "<script>alert('&\"1')</script>"


@pytest.mark.parametrize("where", [Where("river"), Where("person", 1), Where("source", 1), None])
def test_titles_names_and_addresses_are_text(where: Where | None) -> None:
    user, feed = a_member(), a_feed("f", title=EVIL)
    (entry,) = entries(feed, [1], title=EVIL, gist=EVIL, link=f"https://a.example/{EVIL}")
    source = a_source(user, feed, title=f"{EVIL} too")
    html = row_of(Shown(entry, read=False, kept=False, source=source), where, NOW)
    assert isinstance(html, SafeString)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(&#x27;&amp;&quot;1&#x27;)&lt;/script&gt;") >= 3


def test_a_row_says_whose_it_is_where_the_page_does_not() -> None:
    user, feed = a_member(), a_feed("f", title="The Feed")
    (entry,) = entries(feed, [1])
    source = a_source(user, feed, title="Her Blog")
    shown = Shown(entry, read=True, kept=False, source=source)
    assert "The Feed" in row_of(shown, Where("river"), NOW)
    assert "Her Blog" in row_of(shown, Where("person", 1), NOW)
    assert "Her Blog" not in row_of(shown, Where("source", 1), NOW)
    assert "no longer followed" in row_of(Shown(entry, read=True, kept=True), None, NOW)
