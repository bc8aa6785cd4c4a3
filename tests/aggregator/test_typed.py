"""What people type and paste, and the one spelling it gets."""

import pytest

from aggregator.finding.typed import NoAddress, Typed, host_of, normalise, site_of, tidy

GOOD = {
    "example.com": "https://example.com/",
    "  example.com/blog \n": "https://example.com/blog",
    "www.Example.COM": "https://www.example.com/",
    "https://Example.com:443/a": "https://example.com/a",
    "http://example.com:80/": "http://example.com/",
    "http://example.com:8080": "http://example.com:8080/",
    "HTTP://EXAMPLE.com/Path": "http://example.com/Path",
    "https://example.com/a#part": "https://example.com/a",
    "https://example.com./a": "https://example.com/a",
    "//example.com/a": "https://example.com/a",
    "http:/example.com/a": "http://example.com/a",
    "<https://example.com/>": "https://example.com/",
    "“https://example.com/”": "https://example.com/",
    "https://example.com/,": "https://example.com/",
    "\u200bexample.com\ufeff": "https://example.com/",
    "feed://example.com/rss": "https://example.com/rss",
    "feed:https://example.com/rss": "https://example.com/rss",
    "feed:http://example.com/rss": "http://example.com/rss",
    "pcast://example.com/rss": "https://example.com/rss",
    "itpc://example.com/rss": "https://example.com/rss",
    "view-source:https://example.com/": "https://example.com/",
    "bücher.example/ä?ö=1": "https://xn--bcher-kva.example/%C3%A4?%C3%B6=1",
    "例え.テスト": "https://xn--r8jz45g.xn--zckzah/",
    "https://example.com/%7Eme?a=%2F": "https://example.com/%7Eme?a=%2F",
    "https://me:secret@example.com/feed": "https://me:secret@example.com/feed",
    "foo_bar.example.org": "https://foo_bar.example.org/",
    "localhost:8000/feed": "https://localhost:8000/feed",
    "127.0.0.1:8000": "https://127.0.0.1:8000/",
    "https://[::1]:8443/": "https://[::1]:8443/",
    "@me@social.example": "https://social.example/@me",
    "acct:me@social.example": "https://social.example/@me",
    "@me@social.example:8443": "https://social.example:8443/@me",
    "@me.bsky.social": "https://bsky.app/profile/me.bsky.social",
}


@pytest.mark.parametrize("text", GOOD)
def test_what_people_paste_becomes_one_address(text: str) -> None:
    typed = normalise(text)
    assert isinstance(typed, Typed)
    assert typed.url == GOOD[text]
    assert tidy(typed.url) == typed.url


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Nothing was given"),
        (" \u200b ", "Nothing was given"),
        ("hello", "no address"),
        ("two words", "spaces"),
        ("https://example.com/ https://example.org/", "spaces"),
        ("https://", "no address"),
        ("https://exa mple.com", "spaces"),
        ("http://example.com:99999/", "no address"),
        ("http://[::1/", "no address"),
        ("a..b", "no address"),
        ("https://-example.com/", "no address"),
        ("me@example.com", "mail address"),
        ("@me", "host"),
        ("@me@", "host"),
        ("javascript:alert(1)", "not with javascript:"),
        ("mailto:me@example.com", "not with mailto:"),
        ("file:///etc/passwd", "not with file:"),
        ("ftp://example.com/feed", "not with ftp:"),
        ("https://example.com/" + "a" * 2000, "too long"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(text: str, says: str) -> None:
    refused = normalise(text)
    assert isinstance(refused, NoAddress)
    assert says in refused.why


def test_a_scheme_that_was_only_supposed_is_known_to_be() -> None:
    assert normalise("example.com") == Typed("https://example.com/", sure_of_scheme=False)
    assert normalise("feed://example.com") == Typed("https://example.com/", sure_of_scheme=False)
    assert normalise("https://example.com") == Typed("https://example.com/", sure_of_scheme=True)


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("https://Example.com/a?b", "example.com", "https://example.com"),
        ("https://example.com:443/", "example.com", "https://example.com"),
        ("http://example.com:443/", "example.com:443", "http://example.com:443"),
        ("https://me:secret@example.com:8443/", "example.com:8443", "https://example.com:8443"),
        ("https://bücher.example", "xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://[::1]:8443/a", "[::1]:8443", "https://[::1]:8443"),
        ("mailto:me@example.com", "", ""),
        ("", "", ""),
    ],
)
def test_manners_are_kept_towards_host_and_odd_port(url: str, host: str, site: str) -> None:
    assert host_of(url) == host
    assert site_of(url) == site
