"""The bell's timetable: what rings when the clock was wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from plnet.celery import Timetable, app


class Ringing(Timetable):
    """Says what it would send, instead of sending it."""

    def __init__(self, path: Path) -> None:
        self.rang: list[str] = []
        super().__init__(app=app, schedule_filename=str(path))

    def apply_async(self, entry: object, producer: object = None, advance: bool = True, **_: object) -> None:
        self.rang.append(entry.name)  # type: ignore[attr-defined]

    @property
    def producer(self) -> None:
        return None


def soonest(bell: Ringing) -> float:
    """Seconds to the next ring, having rung what is due."""
    while (wait := bell.tick()) == 0:
        pass
    return float(wait)


def test_a_bell_whose_clock_was_a_year_ahead_rings_at_once_when_it_is_right(tmp_path: Path) -> None:
    bell = Ringing(tmp_path / "beat")
    assert 0 < soonest(bell) <= 2
    for entry in bell.schedule.values():
        entry.last_run_at += timedelta(days=365)
    assert 0 < soonest(bell) <= 2  # the same program goes on
    for entry in bell.schedule.values():
        entry.last_run_at += timedelta(days=365)
    bell.close()

    again = Ringing(tmp_path / "beat")  # started anew, it reads what the wrong clock wrote
    assert 0 < soonest(again) <= 2
    again.close()


def test_a_bell_that_was_behind_rings_once(tmp_path: Path) -> None:
    bell = Ringing(tmp_path / "beat")
    soonest(bell)
    for entry in bell.schedule.values():
        entry.last_run_at -= timedelta(days=365)
    bell._heap = None
    assert 0 < soonest(bell) <= 2
    assert sorted(bell.rang) == sorted(set(bell.rang))
    assert {"drain", "housekeep", "network", "settle"} <= set(bell.rang)
    bell.close()
