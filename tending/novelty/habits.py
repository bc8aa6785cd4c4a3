"""Whether a share that was seen a few times is a habit: what is likely, given what is usual among people. Pure."""

from __future__ import annotations

from math import exp, lgamma, log

USUAL = (0.40, 8.72)  # Beta: how often people use their own text again, fitted to 37 blogs
SHARE, SURE, FEWEST = 0.25, 0.9, 12
STEPS = 400  # of the integral; even


def is_habit(times: int, of: int) -> bool:
    """Whether somebody uses their own text again in more than a quarter of what they write, almost surely."""
    return of >= FEWEST and above(SHARE, USUAL[0] + times, USUAL[1] + of - times) > SURE


def above(share: float, a: float, b: float) -> float:
    """P(rate > share) under Beta(a, b), by Simpson's rule."""
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)

    def density(x: float) -> float:
        return exp(scale + (a - 1) * log(x) + (b - 1) * log(1 - x)) if 0 < x < 1 else 0.0

    width = (1 - share) / STEPS
    inner = sum(density(share + n * width) * (4 if n % 2 else 2) for n in range(1, STEPS))
    return min(1.0, (density(share) + inner + density(1.0)) * width / 3)
