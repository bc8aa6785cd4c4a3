"""Searches a member saved: each is a view of the same list."""

from django.conf import settings
from django.db import models


class SavedSearch(models.Model):
    """A question asked again and again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="searches")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=1000)  # as written; reading/query.py reads it
    newest_first = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        ordering = ("position", "name", "id")
        constraints = [models.UniqueConstraint("user", "name", name="search_once")]

    def __str__(self) -> str:
        return self.name
