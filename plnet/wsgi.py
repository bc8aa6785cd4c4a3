"""What the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from plnet import orphans

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")
if os.environ.get("SUPERVISED_BY_PLNET"):
    orphans.die_with_parent()
application = get_wsgi_application()
