"""What two public corpora say feeds mean, plnet reads, but for the few that docs/parsing.md tells of."""

import pytest

from aggregator.parse import parse_feed
from aggregator.parsed import ParsedFeed

from .corpus import CORPUS, agrees, cases

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpora are not at {CORPUS}; PLNET_CORPUS says where they are"
)
NOW = 1_700_000_000.0


def test_what_the_corpora_say_of_feeds_is_what_plnet_reads(capsys: pytest.CaptureFixture[str]) -> None:
    total, failed = 0, []
    for case in cases():
        total += 1
        feed = parse_feed(case.url, case.content_type, case.path.read_bytes(), now=NOW)
        if not isinstance(feed, ParsedFeed):
            failed.append(f"{case.name}: not parsed, {feed.why}")
            continue
        for claim in case.claims:
            agreed, ours = agrees(claim, feed)
            if not agreed:
                failed.append(f"{case.name}: [{claim.entry}] {claim.field} {claim.value!r:.150} is {ours!r:.300}")
                break
    with capsys.disabled():
        print(f"\n{total - len(failed)} of {total} cases agree; the others:", *failed, sep="\n  ")
    assert total > 1500
    assert len(failed) / total <= 0.03
