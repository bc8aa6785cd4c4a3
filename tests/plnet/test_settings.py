"""The environment is read once and wrong values are said aloud; what a browser is told on every page."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.plnet.running import HERE, clean_environment


def manage(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=HERE,
        env={**clean_environment(), "PLNET_DATA_DIR": str(data), **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLNET_SIGNUP", "perhaps"),
        ("PLNET_HOST_DELAY", "a while"),
        ("PLNET_BASE_URL", "plnet.example"),
        ("PLNET_LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "nonsense://x"),
    ],
)
def test_a_wrong_value_ends_the_start_and_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    run = manage(tmp_path, "check", **{name: value})
    assert run.returncode == 1
    assert run.stderr.startswith("plnet cannot start: ")
    assert name in run.stderr
    assert "Traceback" not in run.stderr


def test_a_misspelled_variable_is_asked_about(tmp_path: Path) -> None:
    run = manage(tmp_path, "check", PLNET_SINGUP="open")
    assert "PLNET_SINGUP is no setting of plnet" in run.stderr
    assert "Did you mean PLNET_SIGNUP?" in run.stderr


def test_behind_https_cookies_stay_there(tmp_path: Path) -> None:
    said = "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.ALLOWED_HOSTS[0])"
    code = f"from django.conf import settings as s; {said}"
    assert manage(tmp_path, "shell", "-v0", "-c", code).stdout == "False False False 127.0.0.1\n"
    https = manage(tmp_path, "shell", "-v0", "-c", code, PLNET_BASE_URL="https://plnet.example")
    assert https.stdout == "True True True plnet.example\n"


def test_the_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = (manage(tmp_path, "shell", "-v0", "-c", code).stdout for _ in range(2))
    assert first == second
    assert len(first) > 60
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_every_variable_is_in_the_readme_and_none_besides() -> None:
    from django.conf import settings

    words = set((HERE / "README.md").read_text().replace("`", " ").replace("=", " ").split())
    assert {name for name in settings.KNOWN_VARIABLES if name not in words} == set()
    named = {word for word in words if word.startswith("PLNET_") and not word.startswith("PLNET_TEST_")}
    assert named - settings.KNOWN_VARIABLES == set()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/accounts/login/", "/nowhere", "/admin/"])
def test_every_answer_carries_the_policies(client: Client, path: str) -> None:
    headers = client.get(path).headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_another_name_for_this_machine_is_refused(client: Client) -> None:
    assert client.get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400
