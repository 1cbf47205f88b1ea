"""Vocabularies: a record in the names of others: schema.org's NewsArticle (JSON-LD), and zyte-common-items' Article.

What is unknown is left out. The moment of a portal's last build is no date of publication, and stays out too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def schema_org(record: Mapping[str, Any]) -> dict[str, Any]:
    """https://schema.org/NewsArticle. Who signs may be a person or an office, which a record does not tell: a Thing."""
    front = urlsplit(record["canonical_url"])
    provenance = record["provenance"]
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "@id": record["canonical_url"],
            "url": record["url"],
            "sameAs": list(record["aliases"]),
            "identifier": [one for one in (record["id"], provenance["record_id"]) if one],
            "version": record["version"],
            "headline": record["title"],
            "articleSection": list(record["section"]),
            "datePublished": _published(record),
            "dateModified": record["modified"],
            "author": [{"@type": "Thing", "name": name} for name in _authors(record)],
            "creditText": record["source"],
            "abstract": record["summary"],
            "articleBody": record["body"],
            "image": [
                _known(
                    {
                        "@type": "ImageObject",
                        "contentUrl": image["url"],
                        "caption": image["caption"],
                        "description": image["alt"],
                        "sha256": image["sha256"],
                    }
                )
                for image in record["images"]
            ],
            "associatedMedia": [
                _known(
                    {
                        "@type": "MediaObject",
                        "contentUrl": attachment["url"],
                        "name": attachment["name"],
                        "encodingFormat": attachment["media_type"],
                    }
                )
                for attachment in record["attachments"]
            ],
            "inLanguage": record["language"],
            "creativeWorkStatus": {"gone": "Withdrawn", "changed": "Changed"}.get(record["status"], "Published"),
            "publisher": {
                "@type": "GovernmentOrganization",
                "name": record["portal_name"] or record["portal"],
                "url": f"{front.scheme}://{front.netloc}/",
            },
            "sdDatePublished": provenance["captured"],
        }
    )


def zyte(record: Mapping[str, Any]) -> dict[str, Any]:
    """zyte_common_items.Article. Its dates have a time: a date alone stays in `datePublishedRaw`."""
    published = _published(record)
    images = [{"url": image["url"]} for image in record["images"]]
    return _known(
        {
            "url": record["url"],
            "canonicalUrl": record["canonical_url"],
            "headline": record["title"],
            "datePublished": published if published and "T" in published else None,
            "datePublishedRaw": (record["timestamp_raw"] or published) if published else None,
            "dateModified": record["modified"] if "T" in (record["modified"] or "") else None,
            "dateModifiedRaw": record["modified"],
            "authors": [{"name": name, "nameRaw": record["author"]} for name in _authors(record)],
            "breadcrumbs": [{"name": name} for name in record["section"]],
            "description": record["summary"],
            "articleBody": record["body"],
            "mainImage": images[0] if images else None,
            "images": images,
            "inLanguage": record["language"],
            "metadata": _known({"dateDownloaded": record["provenance"]["captured"]}),
        }
    )


def _published(record: Mapping[str, Any]) -> str | None:
    return record["timestamp"] if record["timestamp_kind"] == "published" else None


def _authors(record: Mapping[str, Any]) -> list[str]:
    return record["author"].split(", ") if record["author"] else []


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
