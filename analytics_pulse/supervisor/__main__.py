"""`python -m analytics_pulse.supervisor up`: everything; `... web`, `... worker`, `... beat`: become that one process.

Settings are imported, Django is not set up: the supervisor stays small.
"""

import os
import sys

from django.core.exceptions import ImproperlyConfigured

from analytics_pulse.supervisor.services import COMMANDS


def main(arguments: list[str]) -> int:
    known = ["up", *COMMANDS]
    if len(arguments) != 1 or arguments[0] not in known:
        print(f"usage: python -m analytics_pulse.supervisor {'|'.join(known)}", file=sys.stderr)
        return 2
    try:
        from analytics_pulse import settings
    except ImproperlyConfigured as error:
        print(f"Analytics Pulse is not configured: {error}", file=sys.stderr)
        return 1
    os.chdir(settings.BASE_DIR)
    if arguments[0] == "up":
        from analytics_pulse.supervisor import up

        return up.run(settings)
    command = COMMANDS[arguments[0]](settings)
    return os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
