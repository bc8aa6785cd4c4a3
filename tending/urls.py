"""The addresses of the tending room."""

from django.urls import path

from .views import budget, compare, events, review, tend

urlpatterns = [
    path("tend/", tend.tend, name="tend"),
    path("tend/budget/", budget.budget, name="budget"),
    path("tend/budget/fit/", budget.fit, name="budget_fit"),
    path("tend/review/", review.review, name="review"),
    path("tend/review/every/", review.every, name="review_every"),
    path("tend/decisions/", review.decisions, name="decisions"),
    path("tend/decisions/<int:pk>/undo/", review.take_back, name="decision_undo"),
    path("groups/<int:pk>/review/", review.group_review, name="group_review"),
    path("tend/seen/", events.seen, name="seen"),
    path("tend/events/", events.events, name="events"),
    path("tend/events/act/", events.act, name="events_act"),
    path("tend/compare/<int:pk>/", compare.compare, name="compare"),
]
