"""Rules: what is done by itself with entries as they come."""

from django.conf import settings
from django.db import models

from aggregator.models import Entry


class Rule(models.Model):
    """When all conditions hold, the acts are done. One member's; never another's."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rules")
    name = models.CharField(max_length=100)
    conditions = models.JSONField(default=list)  # list of {what, how, value}; reading/rules.py says which there are
    acts = models.JSONField(default=list)  # list of {act, value}
    enabled = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    upto = models.BigIntegerField(default=0)  # entries up to this id have been looked at
    trouble = models.CharField(max_length=300, blank=True)  # why it does nothing just now
    at = models.DateTimeField()

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return self.name


class RuleAct(models.Model):
    """What a rule did to an entry: why it is where it is, and what an undo takes back."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="done", db_index=False)
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="+")
    act = models.CharField(max_length=10)
    value = models.CharField(max_length=100, blank=True)
    before = models.CharField(max_length=6, blank=True)  # of hide and read: what the mark said (doing.py)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # of a notification

    class Meta:
        constraints = [models.UniqueConstraint("rule", "entry", "act", "value", name="rule_act_once")]
        indexes = [
            models.Index(fields=["rule", "-id"], name="rule_act_latest"),
            models.Index(
                "rule",
                name="rule_act_unseen",
                condition=models.Q(act="notify", seen_at__isnull=True, undone_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.entry_id}"
