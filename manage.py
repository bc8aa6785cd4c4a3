#!/usr/bin/env python
"""The front door for commands: `python manage.py COMMAND --help`."""

import os
import sys

from environs import EnvError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plnet.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except EnvError as wrong:
        sys.exit(f"plnet cannot start: {wrong}")
