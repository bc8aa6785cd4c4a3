"""The project itself, as an app: its checks and commands."""

from django.apps import AppConfig


class PlnetConfig(AppConfig):
    name = "plnet"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers them
