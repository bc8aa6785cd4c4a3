"""Keeping it in shape: events to reason from, budget, review, mix, goals."""

from django.apps import AppConfig


class TendingConfig(AppConfig):
    name = "tending"
