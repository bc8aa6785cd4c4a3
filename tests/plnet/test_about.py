"""What publishers find when they follow the address in our User-Agent."""

import asyncio

import pytest

from aggregator.fetch import Client

pytestmark = pytest.mark.django_db


def test_the_about_page_is_open_to_everybody(client, settings):
    settings.CONTACT = "ruth@nordlys.example"
    page = client.get("/about")
    assert page.status_code == 200
    assert "at most once an hour" in page.text and "mailto:ruth@nordlys.example" in page.text


def test_crawlers_are_told_to_leave_members_alone(client):
    assert "Disallow: /\n" in client.get("/robots.txt").text


@pytest.mark.parametrize("path", ["/about", "/robots.txt"])
def test_nothing_is_posted_there(client, path):
    assert client.post(path).status_code == 405


async def asked(url: str) -> None:
    async with Client() as client:
        await client.get(url)


def test_the_user_agent_names_the_about_page(client, web, settings):
    settings.ALLOW_PRIVATE_ADDRESSES = True
    asyncio.run(asked(web.url("/feed")))
    named = web.requests[0].header("user-agent").partition("+")[2].partition(";")[0]
    assert named == f"{settings.BASE_URL}/about"
    assert client.get("/about").status_code == 200
