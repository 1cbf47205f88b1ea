"""The command line. Arguments, help and exit codes; what is done is elsewhere.

Modules are imported where they are used: `--help` and short commands must not pay for Scrapy. This one is what the
console script and `python -m portal_crawler` begin with: it has only what it takes to hear a signal from then on.
"""

from __future__ import annotations

import sys

from ..interruption import Interrupted, end_interrupted, raise_interrupted


def main() -> None:
    """The console script."""
    end_interrupted()
    import errno

    from archive.errors import ArchiveError

    from .commands import app

    try:
        raise_interrupted()
        app()
    except SystemExit as end:
        gone = isinstance(end.__context__, BrokenPipeError)  # of which typer makes a failure
        _put_out()
        sys.exit(0 if gone else end.code)
    except ArchiveError as error:
        print(f"portal-crawler: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except Interrupted:
        print("portal-crawler: interrupted", file=sys.stderr)
        sys.exit(130)
    except OSError as error:
        if error.errno not in (errno.EMFILE, errno.ENFILE):
            raise
        print(f"portal-crawler: {error.strerror}; raise the limit (ulimit -n), and run again", file=sys.stderr)
        sys.exit(2)
    finally:
        end_interrupted()  # nothing is left to be saved


def _put_out() -> None:
    """Put out what is left. Whoever was to read it may have gone, as `head` does: it had enough, nothing is wrong."""
    import os

    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
