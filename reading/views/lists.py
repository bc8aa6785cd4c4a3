# Who may see and do what

Authorisation is the fetch: what somebody may not have is not there, and answers as if it never was (404). There are three ways to fetch, on every table that hangs on a roster:

- `.of(user)`: on the member's own roster.
- `.seen_by(user)`: also on the rosters of their groups, and on the starter roster.
- `.tended_by(user)`: also on the rosters of groups they are a curator of. This is how one changes something.

Groups have `Group.objects.of(user)` (member of), `.curated_by(user)`, and `.known_to(user)`: theirs, those they are invited to by name, the starter roster's, those anybody may read, and those one can ask to join or walk into. A group by invitation is not there for anybody else. **Administrators are members like the others**: they look after the instance, not after what people read. The starter roster is theirs only because they are its curators.

A GET changes nothing; a POST without the page's token is refused; who is not logged in is led to the login.

## The table

The rules stand in `tests/test_permissions.py`, which tries each of them on every address, with one of everything, as everybody below. `python -m tests.permissions_page` writes this part; a test fails when it says something else.

- *in*: the page, or what it does. *404*: there is no such page. *login*: the way to it.
- *own*: what is one's own; another's is a 404. *group's*: what stands on the roster of a group, in that role there.

<!-- from tests/test_permissions.py -->

| rule | nobody logged in | stranger | member of the group | curator | administrator |
|---|---|---|---|---|---|
| anybody | in | in | in | in | in |
| hub | by the path | by the path | by the path | by the path | by the path |
| administration | login | login | login | login | in |
| staff | login | 404 | 404 | 404 | in |
| member | login | own | own | own | own |
| link | login | by the link | by the link | by the link | by the link |
| *thing* | login | own | own | own | own |
| *thing* known | login | if it may be known | in | in | as a stranger |
| *thing* seen | login | own | own, group's | own, group's | own |
| *thing* tended | login | own | own | own, group's | own |
| *thing* seen/tended | login | 404 | sees | in | 404 |

| address | rule |
|---|---|
| `/healthz` | anybody |
| `/metrics` | anybody |
| `/about` | anybody |
| `/robots.txt` | anybody |
| `/admin/` | administration |
| `/accounts/login/` | anybody |
| `/accounts/logout/` | anybody |
| `/accounts/inactive/` | anybody |
| `/accounts/signup/` | anybody |
| `/accounts/confirm-email/` | anybody |
| `/accounts/^confirm-email/(?P<key>[-:\w]+)/$` | anybody |
| `/accounts/password/reset/` | anybody |
| `/accounts/password/reset/done/` | anybody |
| `/accounts/password/reset/key/done/` | anybody |
| `/accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$` | anybody |
| `/accounts/login/code/confirm/` | anybody |
| `/accounts/reauthenticate/` | member |
| `/accounts/email/` | member |
| `/accounts/password/change/` | member |
| `/accounts/password/set/` | member |
| `/websub/<str:path>` | hub |
| `/` | member |
| `/add/` | member |
| `/add/list/` | member |
| `/add/starter/` | member |
| `/add/coming/` | member |
| `/add/clear/` | member |
| `/add/<int:pk>/choose/` | arrival tended |
| `/add/<int:pk>/again/` | arrival tended |
| `/add/<int:pk>/remove/` | arrival tended |
| `/add/<int:pk>/who/` | arrival tended |
| `/imports/<int:pk>/undo/` | import tended |
| `/roster/` | member |
| `/roster/act/` | member |
| `/export/opml/` | member |
| `/people/` | member |
| `/people/<int:pk>/` | person seen |
| `/people/<int:pk>/rename/` | person tended |
| `/people/<int:pk>/circles/` | person tended |
| `/people/<int:pk>/note/` | person seen |
| `/people/<int:pk>/tags/` | person tended |
| `/sources/<int:pk>/note/` | source seen |
| `/sources/<int:pk>/tags/` | source tended |
| `/tags/<int:pk>/` | tag seen |
| `/people/<int:pk>/river/` | person seen |
| `/people/<int:pk>/merge/` | person tended |
| `/people/<int:pk>/split/` | person tended |
| `/people/<int:pk>/back/` | person tended |
| `/roster/history/` | member |
| `/roster/past/` | member |
| `/roster/past/opml/` | member |
| `/roster/left/` | member |
| `/groups/<int:pk>/history/` | group seen |
| `/groups/<int:pk>/past/` | group seen |
| `/groups/<int:pk>/past/opml/` | group seen |
| `/groups/<int:pk>/left/` | group seen |
| `/changes/<int:pk>/undo/` | change tended |
| `/sources/<int:pk>/` | source seen |
| `/sources/<int:pk>/act/` | source tended |
| `/sources/<int:pk>/icon/` | source seen |
| `/sources/<int:pk>/move/` | source tended |
| `/sources/<int:pk>/poll/` | source seen |
| `/sources/<int:pk>/mute/` | mutable seen |
| `/people/<int:pk>/portrait/` | person seen |
| `/people/<int:pk>/places/` | person seen/tended |
| `/people/<int:pk>/look/` | person tended |
| `/people/<int:pk>/same/` | person tended |
| `/places/<int:pk>/act/` | place tended |
| `/sources/<int:pk>/authors/` | source tended |
| `/circles/` | member |
| `/circles/<int:pk>/` | circle tended |
| `/circles/<int:pk>/rename/` | circle tended |
| `/circles/<int:pk>/delete/` | circle tended |
| `/circles/<int:pk>/move/` | circle tended |
| `/circles/<int:pk>/people/` | circle tended |
| `/circles/<int:pk>/river/` | circle |
| `/groups/` | member |
| `/groups/new/` | member |
| `/groups/join/<str:code>/` | link |
| `/groups/invitations/<int:pk>/answer/` | invitation |
| `/groups/invitations/<int:pk>/revoke/` | door tended |
| `/groups/requests/<int:pk>/answer/` | request tended |
| `/groups/<int:pk>/` | group known |
| `/groups/<int:pk>/edit/` | group tended |
| `/groups/<int:pk>/delete/` | group tended |
| `/groups/<int:pk>/take/` | group seen |
| `/groups/<int:pk>/members/` | group seen/tended |
| `/groups/<int:pk>/join/` | group known |
| `/groups/<int:pk>/withdraw/` | asked |
| `/groups/<int:pk>/leave/` | group seen |
| `/groups/<int:pk>/river/` | group seen |
| `/groups/<int:pk>/proposals/` | group seen |
| `/groups/<int:pk>/proposals/heard/` | group seen |
| `/groups/<int:pk>/opml-key/` | group tended |
| `/groups/opml/<str:key>.opml` | anybody |
| `/g/<slug:slug>/` | anybody |
| `/g/<slug:slug>/opml/` | anybody |
| `/proposals/<int:pk>/choose/` | proposal tended |
| `/proposals/<int:pk>/again/` | proposal tended |
| `/proposals/<int:pk>/answer/` | proposal tended |
| `/proposals/<int:pk>/withdraw/` | proposal |
| `/groups/<int:pk>/roster/` | group seen |
| `/groups/<int:pk>/roster/act/` | group tended |
| `/sources/<int:pk>/successor/` | source tended |
| `/notices/seen/` | member |
| `/settings/` | member |
| `/settings/delete/` | member |
| `/invitations/` | staff |
| `/invitations/<int:pk>/revoke/` | staff |
| `/river/` | member |
| `/kept/` | member |
| `/more/` | member |
| `/entries/<int:pk>/` | entry seen |
| `/entries/<int:pk>/read/` | entry seen |
| `/entries/<int:pk>/keep/` | entry seen |
| `/entries/<int:pk>/text/` | entry seen |
| `/entries/<int:pk>/chapters/` | entry seen |
| `/entries/<int:pk>/position/` | entry seen |
| `/entries/<int:pk>/note/` | entry seen |
| `/entries/<int:pk>/tags/` | entry seen |
| `/search/` | member |
| `/search/read/` | member |
| `/searches/` | member |
| `/searches/<int:pk>/` | search |
| `/searches/<int:pk>/act/` | search |
| `/notes/` | member |
| `/notes/export.md` | member |
| `/notes/export.jsonld` | member |
| `/notes/<int:pk>/` | annotation |
| `/notes/<int:pk>/delete/` | annotation |
| `/notes/<int:pk>/restore/` | annotation |
| `/marks/above/` | member |
| `/marks/all/` | member |
| `/marks/undo/<int:pk>/` | undo |

<!-- until here -->

## What happens when somebody goes

| | leaves a group, or is removed | deletes their account | the group is deleted |
|---|---|---|---|
| the group's roster | stays, with all they put on it | stays | goes: people, sources, circles, tags, history; feeds nobody else follows are asked for no more |
| their proposals | stay, under their name | stay, by “a former member” | go |
| requests to join | the answered ones stay | go | go |
| their own roster | stays; what they followed from the group is theirs | goes | stays, everybody's |
| private notes on the group's people | come to their own roster: to the same person, found by a common feed; under what they noted there before; whom they do not have comes as retired, which shows nothing and asks for nothing | go | come to the rosters of who wrote them |
| mutes, and notices about its sources | go | go | go |
| watermarks, marks, what they kept | stay: they hang on feeds and entries, not on groups | go | stay |
| invitations they made | lead nowhere: members by name, and links | go | go |
| history | says who it was | says “a former member” | goes |

- **Removed** members find who removed them, and the word that was said, on their page of groups for thirty days. They do not come back by a link or an open door: a curator invites them by name, or agrees when they ask.
- **The last curator** cannot leave without saying who looks after the group then; alone in it, they delete it instead. Nobody can take the last curator's role.
- **Deleting an account** asks for the password. A group whose only curator goes is looked after by its oldest member; with nobody left, the group goes too. The starter roster then goes to another administrator.
- **The only administrator** cannot delete their account until another one is there.
- The administration's “delete” of an account does the same, and refuses the same.
