"""The map of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy

from .about import about, robots
from .health import healthz
from .metrics import metrics
from .offline import offline, worker

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # one login, one rate limit
admin.site.site_header = admin.site.site_title = "plnet"
admin.site.index_title = gettext_lazy("The administrator's desk")

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("about", about, name="about"),
    path("robots.txt", robots, name="robots"),
    path("offline/", offline, name="offline"),
    path("worker.js", worker, name="worker"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("aggregator.urls")),
    path("", include("network.urls")),
    path("", include("reading.urls")),
    path("", include("tending.urls")),
]
