"""What few feeds have: podcasts, media, threads, sources, and what a publisher asks of pollers."""

import pytest

from aggregator.parse import parse_feed
from aggregator.parsed import ParsedEnclosure, ParsedFeed

from .test_parse import atom, entry, read, rss


def test_podcasts_bring_their_files_chapters_transcripts_and_people() -> None:
    feed = read(
        rss(
            '<guid>1</guid><enclosure url="https://cdn.example/1.mp3" length="99" type="audio/mpeg"/>'
            "<itunes:duration>1:02:03</itunes:duration><itunes:episode>7</itunes:episode><itunes:season>2</itunes:season>"
            '<itunes:image href="/cover.jpg"/><podcast:chapters url="/ch.json" type="application/json+chapters"/>'
            '<podcast:transcript url="/t.vtt" type="text/vtt" language="en"/>'
            '<podcast:person role="Guest" href="https://ann.example/">Ann</podcast:person>',
            head='<itunes:category text="Tech"/><itunes:new-feed-url>https://new.example/</itunes:new-feed-url>',
        )
    )
    one = feed.entries[0]
    assert (feed.kind, feed.new_feed_url) == ("podcast", "https://new.example/")
    assert one.enclosures == [ParsedEnclosure("https://cdn.example/1.mp3", "audio/mpeg", 99, 3723)]
    assert one.extra == {
        "image": "https://site.example/cover.jpg",
        "chapters": "https://site.example/ch.json",
        "episode": 7,
        "season": 2,
        "transcripts": [{"url": "https://site.example/t.vtt", "type": "text/vtt", "language": "en"}],
        "persons": [{"name": "Ann", "role": "guest", "url": "https://ann.example/", "image": ""}],
    }


def test_media_rss_stands_in_for_what_is_missing() -> None:
    one = entry(
        rss(
            '<guid>1</guid><media:group><media:title>Film</media:title><media:content url="/f.mp4" type="video/mp4"'
            ' duration="61" fileSize="5"/><media:thumbnail url="/t.jpg"/>'
            "<media:description>A film\n\nabout tea</media:description></media:group>"
        )
    )
    assert (one.title, one.text) == ("Film", "A film about tea")
    assert one.enclosures == [ParsedEnclosure("https://site.example/f.mp4", "video/mp4", 5, 61)]
    assert one.extra["image"] == "https://site.example/t.jpg"


def test_comments_threads_and_sources_are_kept() -> None:
    one = entry(
        rss(
            "<guid>1</guid><comments>/1#c</comments><wfw:commentRss>/1/feed</wfw:commentRss>"
            '<slash:comments>12</slash:comments><source url="https://from.example/feed">From</source>'
            '<thr:in-reply-to ref="x" href="https://far.example/post"/><georss:point>1 2</georss:point>'
        )
    )
    assert one.extra == {
        "comments": "https://site.example/1#c",
        "comments_feed": "https://site.example/1/feed",
        "comments_count": 12,
        "in_reply_to": "https://far.example/post",
        "source": {"title": "From", "url": "https://from.example/feed"},
    }


def test_atom_replies_are_a_comment_feed() -> None:
    one = entry(
        atom(
            '<id>1</id><link rel="replies" type="application/atom+xml" href="/1/c" thr:count="3"/>',
            attributes='xmlns:thr="http://purl.org/syndication/thread/1.0"',
        )
    )
    assert one.extra == {"comments_feed": "https://site.example/1/c", "comments_count": 3}


def test_several_authors_are_all_named() -> None:
    one = entry(atom("<author><name>Ann</name><uri>/ann</uri></author><author><name>Bo</name></author>"))
    assert one.author == "Ann, Bo"
    assert one.extra["authors"] == [{"name": "Ann", "url": "https://site.example/ann"}, {"name": "Bo", "url": ""}]
    assert entry(rss("<author>ann@site.example (Ann)</author>")).author == "Ann"


def test_what_a_publisher_asks_of_pollers_is_read() -> None:
    head = (
        '<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="/f"/><ttl>120</ttl>'
        "<skipHours><hour>0</hour><hour>23</hour><hour>99</hour></skipHours><skipDays><day>Sunday</day></skipDays>"
        "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
        "<source:blogroll>/roll.opml</source:blogroll><language>de-AT</language><generator>G 1</generator>"
    )
    feed = read(rss(head=head))
    assert (feed.hub_url, feed.self_url) == ("https://hub.example/", "https://site.example/f")
    assert feed.ttl == 43_200
    assert feed.skip_hours == 1 | 1 << 23
    assert feed.skip_days == 1 << 6
    assert (feed.blogrolls, feed.language, feed.generator) == (["https://site.example/roll.opml"], "de-at", "G 1")


def test_a_day_that_is_skipped_whole_is_no_wish() -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert read(rss(head=f"<skipHours>{hours}</skipHours><ttl>nonsense</ttl>")).skip_hours == 0


NOTE = "<guid>{0}</guid><description>just words</description>"
POST = "<guid>{0}</guid><title>Post {0}</title><description>words</description>"
FILM = '<guid>{0}</guid><title>Film</title><enclosure url="/{0}.mp4" type="video/mp4"/>'
TALK = '<guid>{0}</guid><title>Talk</title><enclosure url="/{0}.mp3"/>'


@pytest.mark.parametrize(
    ("url", "item", "kind"),
    [
        ("https://site.example/feed", POST, "blog"),
        ("https://site.example/feed", NOTE, "microblog"),
        ("https://social.example/@ann.rss", POST, "microblog"),
        ("https://site.example/feed", TALK, "podcast"),
        ("https://site.example/feed", FILM, "video"),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=x", POST, "video"),
        ("https://github.com/ann/tool/releases.atom", POST, "releases"),
        ("https://site.example/post/comments/feed/", POST, "comments"),
    ],
)
def test_the_kind_of_a_feed_is_told_by_its_address_and_what_stands_in_it(url: str, item: str, kind: str) -> None:
    feed = parse_feed(url, "", rss(*(item.format(n) for n in range(4))).encode(), now=1_717_000_000.0)
    assert isinstance(feed, ParsedFeed)
    assert feed.kind == kind
