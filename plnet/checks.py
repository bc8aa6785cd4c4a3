"""What can be wrong with the environment and would otherwise go unnoticed."""

import os
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register


@register
def every_plnet_variable_means_something(**_: Any) -> list[CheckMessage]:
    """A PLNET_ variable nobody reads is a slip of the pen."""
    return [
        Warning(f"{name} is no setting of plnet", hint=hint(name), id="plnet.W001")
        for name in sorted(os.environ)
        if name.startswith("PLNET_") and not name.startswith(("PLNET_TEST_", "PLNET_BENCH_"))
        if name not in settings.KNOWN_VARIABLES
    ]


def hint(name: str) -> str:
    near = get_close_matches(name, settings.KNOWN_VARIABLES, n=1)
    return f"Did you mean {near[0]}?" if near else "README.md names them all."
