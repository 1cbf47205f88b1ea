"""The tour: what `portal-crawler demo` does. Serve the demo portal, crawl it, say what is where and what to do next."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import UsageError
from archive.record import Article
from archive.shard import Shard

from ..crawl.progress import Display
from ..fetch.runner import run_crawls
from ..portal import Portal
from ..report.summary import exit_code, print_report
from ..wording import called
from . import DemoServer, serve


def tour(into: Path, *, quiet: bool = False) -> int:
    """Crawl the demo portal into a collection; gives the exit code."""
    display = Display(quiet=quiet)
    with _served(Shard(into / "demo")) as demo:
        display.say(f"the demo portal is at {demo.url} while it is crawled")
        (ended,) = run_crawls([demo.portal()], into, display)
    if ended.error is not None:
        raise ended.error
    assert ended.report is not None
    if not quiet:
        print_report(ended.report, into)
        _show(Shard(into / ended.portal), into)
    return exit_code([ended.report])


def _served(shard: Shard) -> DemoServer:
    """The demo portal, where it was when it was crawled before: the second tour is a second visit."""
    port = urlsplit(Portal.load(shard.definition).portal.url).port or 0 if shard.exists() else 0
    try:
        return serve(port)
    except OSError as error:
        raise UsageError(f"127.0.0.1:{port}: {error.strerror}; wait, or give another folder with --into") from error


def _show(shard: Shard, into: Path) -> None:
    """One record in full, and the commands that lead on."""
    articles = list(shard.articles())
    if articles:
        best = max(articles, key=lambda article: (bool(article.author), len(article.images), len(article.attachments)))
        print(_shown(best))
    program = called()
    lines = [
        "",
        "what to do next:",
        f"  {program} dump {into} | head -1          the records, one JSON object a line",
        f"  {program} verify {into}                  every byte and every record checked",
        f"  {program} extract {shard.warc_folder}/*.warc.gz --stdout   the same records, from the bytes alone",
        f"  {program} crawl https://a.portal/ --into archive     a portal of your own",
    ]
    print("\n".join(lines), file=sys.stderr)


def _shown(article: Article) -> str:
    """The fields of a record as a person reads them."""
    place = article.provenance
    body = article.body if len(article.body) < 400 else article.body[:400] + " …"
    fields = {
        "title": article.title,
        "timestamp": f"{article.timestamp}   printed as {article.timestamp_raw}",
        "author": article.author,
        "source": article.source,
        "section": " > ".join(article.section),
        "body": body.replace("\n\n", "\n            "),
        "images": ", ".join(image.url for image in article.images),
        "attachments": ", ".join(attachment.url for attachment in article.attachments),
        "url": article.url,
        "its bytes": f"{place.warc}, offset {place.offset}, {place.length} bytes",
    }
    return "\n" + "\n".join(f"{name:<11} {value}" for name, value in fields.items() if value)
