"""The record: what is kept of one article, as JSON (`schema: 1`).

The classes are the schema: `json_schema()` is generated from them, `Article.to_json()` and `Article.from_json()` go
both ways. `extract` makes articles; the collection adds what only time can tell (version, status, first and last seen).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

BETWEEN = " › "  # the parts of a section's path, where it is one text

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Image(_Value):
    """One picture of the article, in the order of the page."""

    url: str = Field(description="absolute; percent-encoded as a browser would ask for it")
    caption: str | None = Field(None, description="the words under it")
    alt: str | None = Field(None, description="the words in its place where it is not shown, as the page has them")
    sha256: Sha256 | None = Field(None, description="of the picture's bytes, where they were captured")
    record_id: str | None = Field(None, description="WARC-Record-ID of that capture, without <>")


class Attachment(_Value):
    """One document that the article links to."""

    url: str = Field(description="absolute; percent-encoded as a browser would ask for it")
    name: str | None = Field(None, description="as the link shows it, else the file's name")
    media_type: str | None = Field(None, description="judged by the file name's ending")
    sha256: Sha256 | None = Field(None, description="of the document's bytes, where they were captured")
    record_id: str | None = Field(None, description="WARC-Record-ID of that capture, without <>")


class Foreign(_Value):
    """The file of others that a capture was imported from."""

    file: str = Field(description="its name; of one in a WACZ: ZIP!/ENTRY")
    sha256: Sha256 = Field(description="of that file, or entry")


class Original(_Value):
    """Where the payload of a revisit record is: in a whole response of the same bytes."""

    warc: str | None = Field(None, description="the file, as in the provenance")
    offset: int | None = Field(None, description="of the response record, in bytes of the (compressed) file")
    length: int | None = Field(None, description="of the response record, in bytes of the (compressed) file")
    record_id: str | None = Field(None, description="WARC-Record-ID of the response record, without <>")
    captured: str | None = Field(None, description="its WARC-Date")


class Provenance(_Value):
    """Where the bytes are that the record was read from. All null for an HTML file that was given by hand.

    Where the server sent what is kept already, the record there is a revisit: it has the head of the response, and
    `original` says where the same payload is.
    """

    warc: str | None = Field(None, description="the file, relative to the portal's folder; or the foreign file's name")
    offset: int | None = Field(None, description="of the response or revisit record, in bytes of the (compressed) file")
    length: int | None = Field(None, description="of the response or revisit record, in bytes of the (compressed) file")
    record_id: str | None = Field(
        None, description="WARC-Record-ID of that record, without <>; FILE#OFFSET where it has none of its own"
    )
    captured: str | None = Field(None, description="WARC-Date: ISO 8601, UTC")
    payload_sha256: Sha256 | None = Field(None, description="of the payload as WARC 1.1 defines it, hexadecimal")
    original: Original | None = Field(None, description="of a revisit: where its payload is")
    foreign: Foreign | None = Field(None, description="where it was imported from; null for what was crawled")
    parts: tuple[Provenance, ...] = Field((), description="of an article on several pages: the captures of the others")


class Extraction(_Value):
    """What read the record, and where each field came from."""

    extractor: str = Field(description="version of portal-crawler")
    family: str | None = Field(None, description="the family whose selectors were used")
    portal_sha256: Sha256 | None = Field(None, description="digest of the portal definition in force")
    fields: dict[str, str] = Field(default_factory=dict, description="field name to its source, in words")


class Article(_Value):
    """One article. Unknown is null, never guessed. Text is Unicode NFC."""

    schema_: Literal[1] = Field(1, alias="schema", description="version of this schema")
    id: str = Field(
        description="stable name of the article: 16 hexadecimal digits over portal and the canonical URL it had first"
    )
    url: str = Field(description="the address that was captured")
    canonical_url: str = Field(description="the one address that stands for all of the article's")
    aliases: tuple[str, ...] = Field((), description="other addresses that gave the same article")
    portal: str = Field(description="slug of the portal, the name of its folder")
    portal_name: str | None = Field(None, description="what the portal is called, as its definition or its pages say")
    section: tuple[str, ...] = Field((), description="path of sections as shown, without the front page")
    title: str = Field(description="the headline, in one line")
    timestamp: str | None = Field(None, description="ISO 8601 with the portal's offset, or a date alone")
    timestamp_raw: str | None = Field(None, description="as the page or the listing prints it")
    timestamp_kind: Literal["published", "build"] | None = Field(
        None, description="build: only the moment of the portal's last build; null where there is no timestamp"
    )
    modified: str | None = Field(None, description="when the page says that it was last changed; as timestamp")
    author: str | None = Field(None, description="who signed; several are joined by ', '")
    source: str | None = Field(None, description="what the source line names")
    summary: str | None = Field(
        None, description="the sapo, where the page marks one; also the first paragraph of body"
    )
    body: str = Field("", description="paragraphs separated by a blank line")
    images: tuple[Image, ...] = Field((), description="its pictures, in the order of the page")
    attachments: tuple[Attachment, ...] = Field((), description="the documents that it links to")
    language: str | None = Field(None, description="code of the language it is written in, such as vi")
    status: Literal["live", "changed", "gone"] = Field(
        "live",
        description="at the last visit. live: there as first kept; changed: edited since, and there; gone: taken away",
    )
    version: int = Field(1, description="1 as first kept, one more for each edit that was found")
    first_seen: str | None = Field(None, description="WARC-Date of the first capture that gave this article")
    last_seen: str | None = Field(None, description="WARC-Date of the last capture that gave this version")
    content_sha256: Sha256 = Field(description="over what a reader reads; see content_digest")
    provenance: Provenance = Field(description="where the bytes are that it was read from")
    extraction: Extraction = Field(description="what read it, and where each field came from")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def to_json(self) -> str:
        """One line of JSON, keys in the order of the schema, not escaped beyond what JSON asks."""
        return json.dumps(self.model_dump(by_alias=True, mode="json"), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str | bytes) -> Article:
        """Raises pydantic.ValidationError where the line is not a record of this schema."""
        return cls.model_validate_json(line)


_SORTED = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def content_digest(fields: Mapping[str, Any]) -> str:
    """SHA-256 over title, section, timestamp (unless it is a build's), author, source, body, pictures and files.

    Visitor counters, addresses of the page and the moment of capture are outside it: two captures with the same digest
    are the same version. `fields` has the names and JSON types of `Article`.
    """
    kept = {
        "title": fields["title"],
        "section": list(fields.get("section", ())),
        "timestamp": None if fields.get("timestamp_kind") == "build" else fields.get("timestamp"),
        "author": fields.get("author"),
        "source": fields.get("source"),
        "body": fields.get("body", ""),
        "images": [image["url"] for image in fields.get("images", ())],
        "attachments": [attachment["url"] for attachment in fields.get("attachments", ())],
    }
    return hashlib.sha256(_SORTED.encode(kept).encode()).hexdigest()


def article_id(portal: str, canonical_url: str) -> str:
    """The stable name of an article: the first 16 hexadecimal digits of SHA-256 over `portal`, a space and the URL."""
    return hashlib.sha256(f"{portal} {canonical_url}".encode()).hexdigest()[:16]


_ID = re.compile(r'\{"schema":1,"id":"([0-9a-f]{16})"')


def id_of(line: str) -> str | None:
    """The id at the beginning of a record, without reading the rest of it; None where it is written otherwise."""
    match = _ID.match(line)
    return match[1] if match else None


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a record."""
    schema = Article.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "portal-crawler article"}
