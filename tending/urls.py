"""The addresses of the tending room."""

from django.urls import path

from .views import tend

urlpatterns = [
    path("tend/", tend.tend, name="tend"),
]
