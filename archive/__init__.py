"""What is kept of portals, and how it is read back. This page is the on-disk format.

    COLLECTION/
      PORTAL/                            one portal: the unit that is locked, scheduled, packed and handed over
        portal.toml                      the definition, its family by name (whole, as it was in force: in warc/)
        warc/PORTAL-YYYYMMDDhhmmss-NNNNN.warc.gz    WARC 1.1, one gzip member a record; `.open` while it is written
        ledger.sqlite                    every URL's state, every capture, every version (archive.ledger)
        records/RUN.jsonl.gz             what that run added or changed; a line is a record (archive.record)
        crawls/RUN.json                  its report; import-YYYYMMDDhhmmss.json: what was imported
        index.cdxj                       where each capture lies, by its address, for replay (archive.index.cdxj)
        manifests/NNNNN-EVENT.json       what a run, an import, a rebuild or a redaction left, as a chain
                                         (archive.fixity.manifest)
        lock, lock.holder                held while a run writes
    search.sqlite                        the index of `search` (archive.search); made when it is asked
    tables/PORTAL.DIGEST.TABLE.parquet   the tables of `query` (archive.query.cache); likewise
    signing-key.pem, signing-key.pub     the collection's, where it has one (archive.fixity.signing)

A WARC file may need another: its revisit records refer to responses in files before it (`archive.warc.originals`).
Only the WARC files and portal.toml cannot be made again; `rebuild` makes the rest from them. `archive.warc` says what
is in a WARC file and in which order. One that holds what was imported is named by the moment of its first capture;
`archive.intake` says what is in it. What a portal's folder is handed over as is made in `archive.packages`.

    from archive import Collection
    for article in Collection(Path("archive-2025")).articles(): ...
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .collection import Collection
    from .errors import ArchiveError
    from .filters import Filters
    from .ledger.rows import Kept
    from .record import Article, Attachment, Image, Provenance
    from .shard import Shard
    from .warc.capture import Capture
else:

    def __getattr__(name: str) -> object:
        """What is public, imported when it is asked for: `--help` needs no collection, which takes 0.2 s."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        import importlib

        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


__all__ = [
    "ArchiveError", "Article", "Attachment", "Capture", "Collection", "Filters", "Image", "Kept", "Provenance", "Shard",
]  # fmt: skip
_HOMES = {
    "ArchiveError": "errors",
    "Article": "record",
    "Attachment": "record",
    "Capture": "warc.capture",
    "Collection": "collection",
    "Filters": "filters",
    "Image": "record",
    "Kept": "ledger.rows",
    "Provenance": "record",
    "Shard": "shard",
}
