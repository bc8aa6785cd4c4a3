"""The project's own settings over a data directory that goes away."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="plnet-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["PLNET_DATA_DIR"] = _data
os.environ.setdefault("PLNET_ALLOW_PRIVATE_ADDRESSES", "0")

from plnet.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # in a file, as in real life: in memory two connections cannot write one after the other
    DATABASES["default"]["TEST"] = {"NAME": f"{_data}/test.sqlite3"}  # noqa: F405
else:
    # nobody keeps what tests write: a commit need not wait for the disk
    DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"  # noqa: F405
STORAGES = {  # static files under their own names, uncollected
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"  # as under `manage.py up` and with Redis
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405
