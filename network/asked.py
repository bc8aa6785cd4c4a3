"""What a member's request is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from .models import User


class Asked(HttpRequest):
    """A request of a member: what login_required leaves."""

    user: User
