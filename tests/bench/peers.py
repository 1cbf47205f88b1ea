"""Peers: trafilatura and newspaper4k on the same pages, in an environment of their own (they ask for other versions).

`python tests/bench/peers.py` there: a JSON object a line on stdin (id, url, file of the page), a JSON object a line and
tool on stdout: id, tool, CPU milliseconds, and a record's fields, or none of these where the tool found no text. What
is timed is text and metadata with the tool's own defaults; pictures and links are asked for in a second, untimed call.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

import newspaper  # noqa: E402
import trafilatura  # noqa: E402

DOCUMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|pptx?|rar|zip|odt|ods|rtf)$", re.I)


def by_trafilatura(html: str, url: str) -> tuple[float, dict[str, Any] | None]:
    started = time.process_time()
    found = trafilatura.bare_extraction(html, url=url, with_metadata=True)
    spent = time.process_time() - started
    if found is None or not (found.text or "").strip():
        return spent, None
    record = {"title": found.title, "timestamp": found.date, "author": found.author, "body": found.text}
    rich = trafilatura.bare_extraction(html, url=url, include_images=True, include_links=True)
    body = getattr(rich, "body", None)
    record["images"] = [] if body is None else _joined(url, body.xpath(".//graphic/@src"))
    targets = [] if body is None else _joined(url, body.xpath(".//ref/@target"))
    record["attachments"] = [target for target in targets if DOCUMENT.search(target.partition("?")[0])]
    return spent, record


def by_newspaper(html: str, url: str) -> tuple[float, dict[str, Any] | None]:
    started = time.process_time()
    try:
        article = _parsed(html, url)
    except ImportError:  # the page's language needs a tokenizer that is not here: read it as one that needs none
        article = _parsed(html, url, language="en", use_meta_language=False)
    spent = time.process_time() - started
    if not (article.text or "").strip():
        return spent, None
    date = article.publish_date
    top = article.top_node
    links = [] if top is None else _joined(url, top.xpath(".//a/@href"))
    return spent, {
        "title": article.title,
        "timestamp": date.isoformat() if date else None,
        "author": list(article.authors),
        "body": article.text,
        "images": [] if top is None else _joined(url, top.xpath(".//img/@src")),
        "attachments": [link for link in links if DOCUMENT.search(link.partition("?")[0])],
    }


def _parsed(html: str, url: str, **settings: Any) -> newspaper.Article:
    article = newspaper.Article(url, fetch_images=False, **settings)
    article.download(input_html=html)
    article.parse()
    return article


TOOLS = {"trafilatura": by_trafilatura, "newspaper4k": by_newspaper}


def _joined(url: str, addresses: list[str]) -> list[str]:
    found = []
    for address in addresses:
        with contextlib.suppress(ValueError):  # an address that is none
            found.append(urljoin(url, address))
    return list(dict.fromkeys(found))


def main() -> None:
    versions = {"trafilatura": trafilatura.__version__, "newspaper4k": newspaper.__version__}
    print(json.dumps({"versions": versions}), flush=True)
    for line in sys.stdin:
        page = json.loads(line)
        html = Path(page["file"]).read_bytes().decode("utf-8", "replace")
        for name, tool in TOOLS.items():
            said: dict[str, Any] = {"id": page["id"], "tool": name}
            try:
                spent, record = tool(html, page["url"])
            except Exception as error:  # noqa: BLE001  (a peer's failure is its answer)
                said |= {"ms": None, "error": f"{type(error).__name__}: {error}"}
            else:
                said |= {"ms": spent * 1e3, **(record or {"not_article": True})}
            print(json.dumps(said, ensure_ascii=False, default=str), flush=True)


if __name__ == "__main__":
    main()
