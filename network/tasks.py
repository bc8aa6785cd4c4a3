"""What the bell rings for the network: what ends by itself, and a count that must be right."""

from celery import shared_task
from django.utils import timezone

from . import drafts, showing, states, watch
from .arriving import places
from .remembering import undoing


@shared_task
def keep() -> None:
    """Every hour: end pauses and trials whose day has come, count followers anew, let go of what is over."""
    now = timezone.now()
    states.end_pauses(now)
    states.end_trials(now)
    showing.recount(now)
    undoing.let_go(now)
    watch.ask_sites(now)
    watch.tell(now)
    places.tend(now)
    drafts.let_go()
