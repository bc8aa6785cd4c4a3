"""The addresses of the tending room."""

from django.urls import path

from .views import budget, compare, events, goals, review, tend, voices

urlpatterns = [
    path("tend/", tend.tend, name="tend"),
    path("tend/budget/", budget.budget, name="budget"),
    path("tend/budget/fit/", budget.fit, name="budget_fit"),
    path("tend/review/", review.review, name="review"),
    path("tend/review/every/", review.every, name="review_every"),
    path("tend/decisions/", review.decisions, name="decisions"),
    path("tend/decisions/<int:pk>/undo/", review.take_back, name="decision_undo"),
    path("groups/<int:pk>/review/", review.group_review, name="group_review"),
    path("goals/", goals.goals, name="goals"),
    path("goals/<int:pk>/", goals.goal, name="goal"),
    path("goals/<int:pk>/hold/", goals.hold, name="goal_hold"),
    path("goals/<int:pk>/end/", goals.end, name="goal_end"),
    path("goals/<int:pk>/reopen/", goals.reopen, name="goal_reopen"),
    path("goals/<int:pk>/export.md", goals.markdown, name="goal_markdown"),
    path("tend/seen/", events.seen, name="seen"),
    path("tend/events/", events.events, name="events"),
    path("tend/events/act/", events.act, name="events_act"),
    path("tend/voices/", voices.voices, name="voices"),
    path("tend/voices/<int:pk>/act/", voices.act, name="voice_act"),
    path("tend/compare/<int:pk>/", compare.compare, name="compare"),
]
