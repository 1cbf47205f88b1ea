"""The command line. Arguments, help and exit codes; what is done is elsewhere.

Modules are imported where they are used: `--help` and short commands must not pay for Scrapy. This one is what the
console script and `python -m portal_crawler` begin with: it has only what it takes to hear a signal from then on.
"""

from __future__ import annotations

import sys

from ..fetch.interruption import Interrupted, end_interrupted, raise_interrupted


def main() -> None:
    """The console script."""
    end_interrupted()
    from archive.errors import ArchiveError

    from .streams import Streams

    streams = Streams()
    said: list[str] = []
    code: str | int | None = 0
    for step in (_run, streams.put_out):
        try:
            told = step()
            code = code or told  # what was found comes before that nobody read it
        except ArchiveError as error:
            code = error.exit_code
            said.append(str(error))
    for line in dict.fromkeys(said):  # what stdout does not take is found by both
        print(f"portal-crawler: {line}", file=sys.stderr)
    sys.exit(code)


def _run() -> str | int | None:
    """The command; gives its exit code. Raises ArchiveError."""
    import errno

    from archive.errors import UsageError

    from .commands import app
    from .streams import READER_GONE

    try:
        raise_interrupted()
        app()
    except SystemExit as end:
        gone = isinstance(end.__context__, BrokenPipeError)  # of which typer makes a failure
        return READER_GONE if gone else end.code
    except Interrupted:
        print("portal-crawler: interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise UsageError(f"{error.strerror}; raise the limit (ulimit -n), and run again") from error
        if isinstance(error, PermissionError) and error.filename is not None:
            raise UsageError(f"{error.filename}: {error.strerror}; mend its permissions") from error
        raise
    finally:
        end_interrupted()
    return 0
