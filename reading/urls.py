"""The addresses of the reading room."""

from django.urls import path

from .views import acts, annotations, beyond, entry, lists, notes, search, source

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
    path("entries/<int:pk>/text/", beyond.whole_text, name="entry_text"),
    path("entries/<int:pk>/chapters/", beyond.chapters, name="entry_chapters"),
    path("entries/<int:pk>/position/", beyond.position, name="entry_position"),
    path("entries/<int:pk>/note/", annotations.write, name="entry_note"),
    path("entries/<int:pk>/tags/", annotations.tag, name="entry_tag"),
    path("notes/", notes.notes, name="notes"),
    path("notes/export.md", notes.as_markdown, name="notes_markdown"),
    path("notes/export.jsonld", notes.as_json, name="notes_json"),
    path("notes/<int:pk>/", annotations.note, name="note"),
    path("notes/<int:pk>/delete/", annotations.delete, name="note_delete"),
    path("notes/<int:pk>/restore/", annotations.restore, name="note_restore"),
    path("search/", search.search, name="search"),
    path("search/read/", search.all_read, name="search_read"),
    path("searches/", search.save, name="save_search"),
    path("searches/<int:pk>/", search.saved_search, name="saved_search"),
    path("searches/<int:pk>/act/", search.saved_act, name="saved_search_act"),
    path("marks/above/", acts.above_read, name="above_read"),
    path("marks/all/", acts.all_read, name="all_read"),
    path("marks/undo/<int:pk>/", acts.undo, name="undo"),
]
