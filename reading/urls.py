"""The addresses of the reading room."""

from django.urls import path

from .views import acts, entry, lists, source

urlpatterns = [
    path("", lists.home, name="home"),
    path("river/", lists.river, name="river"),
    path("circles/<int:pk>/river/", lists.circle_river, name="circle_river"),
    path("groups/<int:pk>/river/", lists.group_river, name="group_river"),
    path("people/<int:pk>/river/", lists.person_river, name="person_river"),
    path("sources/<int:pk>/", source.source, name="source"),
    path("sources/<int:pk>/icon/", source.icon, name="source_icon"),
    path("sources/<int:pk>/poll/", source.poll_now, name="source_poll"),
    path("kept/", lists.kept, name="kept"),
    path("more/", lists.more, name="more"),
    path("entries/<int:pk>/", entry.entry, name="entry"),
    path("entries/<int:pk>/read/", entry.read, name="entry_read"),
    path("entries/<int:pk>/keep/", entry.keep, name="entry_keep"),
    path("marks/above/", acts.above_read, name="above_read"),
    path("marks/all/", acts.all_read, name="all_read"),
    path("marks/undo/<int:pk>/", acts.undo, name="undo"),
]
