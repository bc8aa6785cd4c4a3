"""Made-up prose and HTML for the farm's entries, the same for the same seed on every machine."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import accumulate

VOCABULARY = 8000
PIECES = 3000
EVERYDAY = (
    "the of and to in a is that for it was as with be by on not he his but at are this have from or had an they "
    "which one you were her all she there would their we him been has when who will more no if out so said what "
    "network garden server reader winter music paper history open water story model letter kitchen road science"
)
FOREIGN = "café naïve Zürich Łódź über Ελλάδα Москва новости 日本語 新聞 データ 中文 العربية עברית 🚀 … “so” ½"
SYLLABLES = [c + v for c in (*"bdfgklmnprstvz", "ch", "sh", "tr") for v in (*"aeiou", "ai", "ou")]


class Words:
    """Pools of sentences and pieces of HTML; entries are cut out of them."""

    def __init__(self, seed: int) -> None:
        r = random.Random(f"words {seed}")
        self.vocabulary = vocabulary(r)
        weights = list(accumulate(1 / (rank + 10) for rank in range(VOCABULARY)))
        self.stream = r.choices(self.vocabulary, cum_weights=weights, k=120_000)
        self.pieces = [self.piece(r) for _ in range(PIECES)]

    def some(self, r: random.Random, count: int) -> list[str]:
        """So many words in a row, common ones more often, as in a language."""
        start = r.randrange(len(self.stream) - count)
        return self.stream[start : start + count]

    def sentence(self, r: random.Random, shortest: int = 6, longest: int = 18) -> str:
        words = self.some(r, r.randint(shortest, longest))
        if r.random() < 0.1:
            words[-1] = r.choice(FOREIGN.split())
        return " ".join(words).capitalize() + "."

    def paragraph(self, r: random.Random) -> str:
        """Some sentences of HTML, half of the time with a link in them."""
        parts = [self.sentence(r) for _ in range(r.randint(2, 6))]
        if r.random() < 0.5:
            parts.append(f'<a href="{self.address(r)}">{" ".join(self.some(r, 3))}</a>')
        if r.random() < 0.3:
            parts.append(
                f"<em>{r.choice(self.vocabulary)}</em> &amp; <strong>{r.choice(self.vocabulary)}</strong>."
            )
        r.shuffle(parts)
        return " ".join(parts)

    def address(self, r: random.Random) -> str:
        host, path = r.choice(self.vocabulary), r.choice(self.vocabulary)
        return f"https://{host}.example/{path}?page={r.randrange(1000)}&amp;utm_source=feed"

    def piece(self, r: random.Random) -> str:
        """A block of HTML as blogs write it: mostly paragraphs, and now and then something dirty."""
        makers = (self.plain, self.listed, self.picture, self.code, self.quote, self.table, self.dirty)
        return r.choices(makers, (56, 9, 9, 7, 6, 4, 9))[0](r) + "\n"

    def plain(self, r: random.Random) -> str:
        return f"<p>{self.paragraph(r)}</p>"

    def listed(self, r: random.Random) -> str:
        return "<ul>" + "".join(f"<li>{self.sentence(r, 3, 9)}</li>" for _ in range(r.randint(2, 7))) + "</ul>"

    def picture(self, r: random.Random) -> str:
        name = f"/pictures/{r.choice(self.vocabulary)}-{r.randrange(10_000)}"
        return (
            f'<figure><img src="{name}.jpg" srcset="{name}.jpg 1x, {name}-large.jpg 2x" width="800" height="600" '
            f'alt="{" ".join(self.some(r, 4))}"><figcaption>{self.sentence(r, 3, 8)}</figcaption></figure>'
        )

    def code(self, r: random.Random) -> str:
        lines = [f"if {name} &lt; {r.randrange(100)}:\n    go({name!r})" for name in self.some(r, r.randint(2, 5))]
        return '<pre><code class="language-python">' + "\n".join(lines) + "</code></pre>"

    def quote(self, r: random.Random) -> str:
        return f"<h3>{' '.join(self.some(r, 4)).title()}</h3><blockquote><p>{self.paragraph(r)}</p></blockquote>"

    def table(self, r: random.Random) -> str:
        rows = [f"<tr><td>{word}</td><td>{r.randrange(1000)}</td></tr>" for word in self.some(r, r.randint(2, 6))]
        return "<table><tr><th>what</th><th>how many</th></tr>" + "".join(rows) + "</table>"

    def dirty(self, r: random.Random) -> str:
        """What must be cleaned away: scripts, handlers, trackers, frames, tags that never end."""
        return r.choice(
            (
                f'<p onclick="steal()">{self.paragraph(r)}<p style="position:fixed">Never <b>closed <i>at</b> all',
                f"<script>follow('you')</script><p>{self.paragraph(r)}</p><img src=x onerror=steal()>",
                f'<iframe src="https://video.example/embed/{r.randrange(1000)}"></iframe><p>{self.paragraph(r)}</p>',
                f'<p>{self.paragraph(r)}</p><img src="https://pixel.example/{r.randrange(1000)}" width=1 height=1>',
                f"<font size=2>{self.paragraph(r)}</font><center><a href=javascript:go()>here</a></center>",
            )
        )


def vocabulary(r: random.Random) -> list[str]:
    """Everyday words first, then invented ones, each once."""
    words = dict.fromkeys(EVERYDAY.split())
    while len(words) < VOCABULARY:
        words["".join(r.choices(SYLLABLES, k=r.randint(2, 4)))] = None
    return list(words)[:VOCABULARY]


def pick(r: random.Random, shares: Sequence[tuple[str, int]]) -> str:
    """One of the names, by percent."""
    names, weights = zip(*shares, strict=True)
    return str(r.choices(names, weights)[0])
