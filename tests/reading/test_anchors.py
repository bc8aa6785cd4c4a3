"""Quotes are found where they stand, in edited texts too, and said to be lost when they are."""

from hypothesis import given
from hypothesis import strategies as st

from reading.annotating.anchors import AROUND, Anchor, Span, Text, anchored, find

PIECE = (
    "Every spring we take four hundred books off the shelves. People ask why. The figures are true. People ask why."
)


def where(whole: str, quote: str, before: str = "", after: str = "", start: int = 0) -> str | None:
    """The words found; None when they are not."""
    span = find(Text(whole), Anchor(quote, before, after, start))
    return whole[span.start : span.end] if span else None


def test_a_quote_is_found_where_it_stands() -> None:
    assert find(Text(PIECE), Anchor("four hundred books")) == Span(21, 39)
    assert find(Text(PIECE), Anchor("five hundred books")) is None
    assert find(Text(PIECE), Anchor("  \n ")) is None


def test_blank_space_does_not_count() -> None:
    whole = "A first paragraph.A second one, with\n   a line end."
    assert where(whole, "paragraph.\n\nA second") == "paragraph.A second"
    assert where(whole, "with a line end") == "with\n   a line end"
    assert where("捨てるのではなく、置き場所を", "置き場所") == "置き場所"


def test_of_several_places_the_surroundings_decide_and_then_the_nearest() -> None:
    first, second = PIECE.index("People ask why"), PIECE.rindex("People ask why")
    assert find(Text(PIECE), Anchor("People ask why", "off the shelves. ", ". The")) == Span(first, first + 14)
    assert find(Text(PIECE), Anchor("People ask why", "figures are true. ", ".")) == Span(second, second + 14)
    assert find(Text(PIECE), Anchor("People ask why", start=second - 3)) == Span(second, second + 14)


def test_a_quote_survives_changes_around_it() -> None:
    anchor = anchored(Text(PIECE), Span(21, 39))
    assert anchor.quote == "four hundred books"
    edited = "In a word of thanks before: " + PIECE.replace("we take", "they took").replace("off", "from")
    assert where(edited, anchor.quote, anchor.before, anchor.after, anchor.start) == "four hundred books"


def test_a_quote_that_was_mended_is_known_by_its_surroundings() -> None:
    whole = "The gaps stay for a month, so that peple can see them, and then the shelf is closed again for a year."
    span = Span(whole.index("peple"), whole.index(", and then"))
    anchor = anchored(Text(whole), span)
    mended = whole.replace("peple can see", "people can all see")
    assert where(mended, anchor.quote, anchor.before, anchor.after) == "people can all see them"
    other = whole.replace("peple can see them", "nobody stumbles over")
    assert where(other, anchor.quote, anchor.before, anchor.after) is None


def test_surroundings_are_short_and_of_the_text() -> None:
    anchor = anchored(Text(PIECE), Span(57, 71))
    assert (anchor.before, anchor.after) == (PIECE[57 - AROUND : 57], PIECE[71 : 71 + AROUND])
    assert (anchor.start, anchor.end) == (57, 71)


@given(st.text("ab \n", min_size=1, max_size=200), st.data())
def test_what_was_anchored_is_found_at_its_place(whole: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole) - 1))
    end = data.draw(st.integers(start + 1, len(whole)))
    text = Text(whole)
    found = find(text, anchored(text, Span(start, end)))
    words = "".join(whole[start:end].split())
    assert (found is None) == (not words)
    if found:
        assert "".join(whole[found.start : found.end].split()) == words


def test_a_hostile_text_of_one_letter_takes_no_time_to_speak_of() -> None:
    assert where("a" * 50_000, "a" * 4_000, "a" * 32, "a" * 32, 7) == "a" * 4_000
    assert where("a" * 50_000, "b" * 1_400, "a" * 32, "a" * 32) is None
