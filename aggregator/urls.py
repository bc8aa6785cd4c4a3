"""Where other programs knock."""

from django.urls import path

from . import views

urlpatterns = [path("websub/<str:path>", views.websub, name="websub")]
