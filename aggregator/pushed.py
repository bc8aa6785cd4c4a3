"""What hubs say to us: whether a subscription stands, and that a feed has something new. No request in here."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from enum import Enum

from django.db import transaction

from .models import Feed, HubLease
from .schedule import Why
from .websub import AFTER_REFUSAL, ASKED, LEAVING, LIVE, LONGEST_LEASE, REFUSED

LARGEST = 4 * 2**20  # bytes of a push; what is larger is refused unread
AT_MOST = timedelta(minutes=1)  # a publisher's invitations count once in so long
DIGESTS = ("sha1", "sha256", "sha384", "sha512")  # of X-Hub-Signature


class Heard(Enum):
    """What a push comes to."""

    POLLED = "the feed is due"
    FORGED = "the signature is not by our secret"
    ENDED = "we are not subscribed"
    LATER = "the feed is being polled this moment"


@transaction.atomic
def verify(lease: HubLease, mode: str, topic: str, seconds: str, now: datetime) -> bool:
    """Whether we asked for this; if so it stands from now on (WebSub 5.3)."""
    lease_now = HubLease.objects.select_for_update().filter(pk=lease.pk, topic=topic).first()
    if lease_now is None:
        return False
    lease = lease_now
    if mode == "denied" and lease.state != LEAVING:
        lease.state, lease.until, lease.due_at, lease.attempts = REFUSED, None, now + AFTER_REFUSAL, 0
        lease.save()
        return True
    if mode == "unsubscribe" and lease.state == LEAVING:
        lease.delete()
        return True
    if mode != "subscribe" or lease.state not in (ASKED, LIVE) or lease.attempts == 0 or not seconds.isdecimal():
        return False
    length = min(timedelta(seconds=min(int(seconds[:10]), 10**9)), LONGEST_LEASE)
    lease.state, lease.attempts, lease.until = LIVE, 0, now + length
    lease.due_at = now + max(length - max(length / 10, timedelta(minutes=10)), length / 2)
    lease.save()
    return True


@transaction.atomic
def hear(lease: HubLease, body: bytes, signature: str, now: datetime) -> Heard:
    """A push. Signed by our secret it makes the feed due, once a minute at most; a host's pause still holds."""
    if lease.state != LIVE or lease.until is None or lease.until <= now:
        return Heard.ENDED
    if not is_signed(body, signature, lease.secret):
        return Heard.FORGED
    feed = Feed.objects.select_for_update().get(pk=lease.feed_id)
    if feed.lease and feed.next_poll_at and feed.next_poll_at > now:
        return Heard.LATER
    soon = max(now, feed.last_polled_at + AT_MOST) if feed.last_polled_at else now
    if feed.state == Feed.State.ACTIVE and (feed.next_poll_at is None or feed.next_poll_at > soon):
        feed.next_poll_at, feed.why_then = soon, Why.HUB
        feed.save(update_fields=["next_poll_at", "why_then"])
    return Heard.POLLED


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Whether X-Hub-Signature (`method=hexdigest`) was made with the secret; compared in constant time."""
    method, _equals, given = signature.strip().partition("=")
    if method.lower() not in DIGESTS:
        return False
    made = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(made.encode(), given.strip().lower().encode())
