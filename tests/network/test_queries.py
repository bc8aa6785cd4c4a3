"""No page of the network asks the database more than ten times, for whoever has one of everything."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from network.models import User
from network.urls import urlpatterns
from tests.browser.test_every_page import addresses, chief  # noqa: F401  a fixture
from tests.test_permissions import nora, visitor  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
MOST = 10


def test_no_page_takes_more_than_ten_queries(chief: User) -> None:  # noqa: F811
    client, own = visitor(chief), {str(each.pattern) for each in urlpatterns}
    client.get("/more/")  # the house asks once whether anybody lives here
    asked: dict[str, int] = {}
    for path in (path for route, path in addresses() if route in own):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        if answer.status_code == 200:
            asked[path] = len(queries)
    assert len(asked) > 40
    assert {path: n for path, n in asked.items() if n > MOST} == {}
