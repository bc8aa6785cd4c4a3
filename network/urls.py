"""The addresses of the network's pages."""

from django.urls import path

from .views import add, circles, invitations, people, roster, settings

urlpatterns = [
    path("add/", add.add, name="add"),
    path("add/list/", add.import_list, name="import"),
    path("add/starter/", add.take_starter, name="starter"),
    path("add/coming/", add.coming, name="coming"),
    path("add/clear/", add.clear, name="coming_clear"),
    path("add/<int:pk>/choose/", add.choose, name="arrival_choose"),
    path("add/<int:pk>/again/", add.try_again, name="arrival_again"),
    path("add/<int:pk>/remove/", add.remove, name="arrival_remove"),
    path("imports/<int:pk>/undo/", add.undo_import, name="import_undo"),
    path("roster/", roster.roster, name="roster"),
    path("roster/act/", roster.act, name="roster_act"),
    path("export/opml/", roster.export_opml, name="export_opml"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/rename/", people.rename, name="person_rename"),
    path("people/<int:pk>/circles/", people.circles_of, name="person_circles"),
    path("sources/<int:pk>/act/", people.source_act, name="source_act"),
    path("sources/<int:pk>/move/", people.source_move, name="source_move"),
    path("circles/", circles.circles, name="circles"),
    path("circles/<int:pk>/", circles.circle, name="circle"),
    path("circles/<int:pk>/rename/", circles.rename, name="circle_rename"),
    path("circles/<int:pk>/delete/", circles.delete, name="circle_delete"),
    path("circles/<int:pk>/people/", circles.people, name="circle_people"),
    path("settings/", settings.settings, name="settings"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<int:pk>/revoke/", invitations.revoke, name="invitation_revoke"),
]
