"""Made-up blogs with dates, for whoever has no folder of real ones: `python -m benchmarks.blogs DIR [--people 40]`.

One JSON object a line with `person, url, title, published, html, lang, terms`, one file a person. People have
circles and subjects of their own, habits of speech, footers, series, quotations, a few passages they use again,
and link to each other and to others nobody follows. So the measures run anywhere; what they say of real people only
real blogs can tell.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from .words import vocabulary

BEGUN = datetime(2019, 1, 7, 8, tzinfo=UTC)
SUBJECTS, WORDS_EACH, SHARED_WORDS = 60, 90, 3000
CIRCLE = 8  # people who care about the same
HANZI = "".join(chr(0x4E00 + 7 * n) for n in range(600))


@dataclass(slots=True)
class Writer:
    """Somebody made up, and how they write."""

    name: str
    host: str
    lang: str
    subjects: list[int]
    habits: list[str]  # turns of speech that come again and again
    footer: str
    published: list[str] = field(default_factory=list)  # paragraphs they may use again


class Blogs:
    """A crowd of writers over one vocabulary; the same for the same seed."""

    def __init__(self, people: int, seed: int = 7) -> None:
        self.random = random.Random(f"blogs {seed}")
        words = [
            *vocabulary(self.random),
            *(f"{a}{b}" for a in vocabulary(random.Random(1))[200:260] for b in "nrs"),
        ]
        self.common = words[:SHARED_WORDS]
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(SHARED_WORDS)))
        rest = words[SHARED_WORDS:]
        self.subjects = [self.random.sample(rest, WORDS_EACH) for _ in range(SUBJECTS)]
        self.writers: list[Writer] = []
        self.writers += [self.writer(number) for number in range(people)]

    def writer(self, number: int) -> Writer:
        r = self.random
        circle = number // CIRCLE
        near = [(circle * 7 + each) % SUBJECTS for each in range(7)]
        name = "".join(r.choices("bdfgklmnprst", k=1)) + r.choice(("ira", "olo", "una", "eko", "ami")) + str(number)
        writer = Writer(
            name.title(), f"{name}.example", "zh" if number % 20 == 19 else "en", r.sample(near, 3), [], ""
        )
        writer.habits = [" ".join(self.sentence(writer, 4).split()[:4]).lower() for _ in range(12)]
        writer.footer = f"<p>{self.sentence(writer, 14)} {self.sentence(writer, 9)}</p>" if number % 3 == 0 else ""
        return writer

    def sentence(self, writer: Writer, length: int = 0) -> str:
        """Everyday words, those of a subject, and now and then a turn of speech of the writer's own."""
        r, length = self.random, length or self.random.randint(6, 22)
        if writer.lang == "zh":
            subject = self.subjects[writer.subjects[0]]
            drawn = r.choices(HANZI, k=length * 2)
            return "".join(drawn) + "".join(chr(0x4E00 + (hash_of(w) % 5000)) for w in r.sample(subject, 2)) + "。"
        common = r.choices(self.common, cum_weights=self.weights, k=length)
        subject = self.subjects[r.choice(writer.subjects)]
        words = [r.choice(subject) if r.random() < 0.22 else word for word in common]
        if writer.habits and r.random() < 0.12:
            words[r.randrange(len(words))] = r.choice(writer.habits)
        return " ".join(words).capitalize() + "."

    def paragraph(self, writer: Writer) -> str:
        return " ".join(self.sentence(writer) for _ in range(self.random.randint(2, 7)))

    def post(self, writer: Writer, number: int, at: datetime) -> dict[str, object]:
        """One piece; a twenty-fifth use a passage again, a twelfth belong to a series, some quote others."""
        r = self.random
        paragraphs = [self.paragraph(writer) for _ in range(max(1, round(r.lognormvariate(1.9, 0.6))))]
        own = [f"<p>{each}</p>" for each in paragraphs]
        if writer.published and r.random() < 0.04:
            own.insert(r.randint(0, len(own)), f"<p>{r.choice(writer.published)}</p>")
        if r.random() < 0.15:
            quoted = self.paragraph(r.choice(self.writers))
            own.insert(r.randint(0, len(own)), f"<blockquote><p>{quoted}</p></blockquote>")
        own += [self.citing(writer) for _ in range(r.choice((0, 0, 1, 1, 2)))]
        writer.published += paragraphs[:1]
        subject = self.subjects[writer.subjects[number % 3]]
        title = f"Week {number}: notes" if r.random() < 0.08 else " ".join(r.sample(subject, 3)).capitalize()
        url = f"https://{writer.host}/{at:%Y/%m}/{number}"
        terms = r.sample(subject[:8], 2)
        html = "\n".join([*own, writer.footer])
        return {"person": writer.name, "url": url, "title": title, "published": at.isoformat(), "html": html,
                "lang": writer.lang, "terms": terms}  # fmt: skip

    def citing(self, writer: Writer) -> str:
        """A sentence that names somebody, mostly one of their own circle, or an institution."""
        r, here = self.random, self.writers.index(writer)
        if r.random() < 0.35:
            number = min(int(r.paretovariate(0.6)), 90)  # some are pointed to by everybody
            shapes = ("docs.makers{}.example/api/", "www.encyclopedia{}.example/wiki/", "www.firm{}.example/make/")
            where = shapes[number % 3].format(number)
            return f'<p>{self.sentence(writer)} See <a href="https://{where}{r.randrange(400)}">here</a>.</p>'
        other = self.writers[r.choice(self.friends(here))]
        address = f"https://{other.host}/{r.randrange(2019, 2025)}/{r.randrange(1, 13):02}/{r.randrange(80)}"
        return f'<p>{self.sentence(writer, 7)} <a href="{address}">{other.name}</a> said it better.</p>'

    def friends(self, number: int) -> list[int]:
        """Whom somebody reads themselves: four of their own circle, three from anywhere; the same each time."""
        r, count = random.Random(number), len(self.writers)
        near = [n for n in range(number // CIRCLE * CIRCLE, (number // CIRCLE + 1) * CIRCLE) if n < count]
        return r.sample(near, min(4, len(near))) + [r.randrange(count) for _ in range(3)]


def hash_of(word: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate(word))


def write(folder: Path, people: int, posts: int, seed: int) -> int:
    """A file of posts a person; how many posts."""
    blogs, count = Blogs(people, seed), 0
    folder.mkdir(parents=True, exist_ok=True)
    for number, writer in enumerate(blogs.writers):
        at = BEGUN + timedelta(days=number)
        with (folder / f"{writer.host}.jsonl").open("w", encoding="utf-8") as file:
            for each in range(posts):
                at += timedelta(days=blogs.random.expovariate(1 / 9) + 0.5)
                file.write(json.dumps(blogs.post(writer, each, at), ensure_ascii=False) + "\n")
                count += 1
    return count


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--posts", type=int, default=120)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    print(write(asked.folder, asked.people, asked.posts, asked.seed), "posts")
