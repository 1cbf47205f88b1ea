"""`python -m portal_crawler.demo [--port 8000]`: the demo portal for a person with a browser. Ctrl-C ends it."""

from __future__ import annotations

import argparse
import sys
import threading

from . import serve


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m portal_crawler.demo",
        description="Serve the demo portal on 127.0.0.1 until Ctrl-C.",
        epilog="example: python -m portal_crawler.demo --port 8000",
    )
    parser.add_argument("--port", type=int, default=8000, help="0: any that is free (default: 8000)")
    parser.add_argument("--copies", type=int, default=1, help="times as many articles")
    parser.add_argument("--page-bytes", type=int, help="fill every page up to about this size")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    options = parser.parse_args()
    try:
        server = serve(options.port, copies=options.copies, page_bytes=options.page_bytes, delay=options.delay)
    except (OSError, OverflowError) as error:
        print(f"port {options.port}: {error}; choose another with --port", file=sys.stderr)
        return 2
    with server:
        try:
            print(server.url, flush=True)
            threading.Event().wait()  # the server has its own thread; this one only waits for Ctrl-C
        except KeyboardInterrupt:
            return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
