"""WARC 1.1 files that a killed process, a full disk or a power failure leave valid: written, read, mended.

A file is named PREFIX-YYYYMMDDhhmmss-NNNNN.warc.gz and has `.open` behind its name until it is closed. It begins with a
warcinfo record; each record is a gzip member of its own. One exchange is a group of records, written in this order:

    request    what was sent, to the byte                                   WARC-Concurrent-To: the response
    response   the final message as received: framing, coding, truncation; or `revisit`, below
    metadata   application/warc-fields; always there, and always the last   WARC-Concurrent-To: the response

A metadata record that stands alone and has WARC-Refers-To says where the page of that record leads (`outlink`); it is
written when the page was read, before the ledger has it. Resource records: the definition of the portal in force, what
became of addresses without a request, the log of the run.

So a group that does not end in its metadata record was cut off in the middle: `salvage` takes it away as a whole.
Where no byte of a final message came, there is no response: the request (if anything was sent) and the metadata record,
which says why, stand for the exchange, and the request points at the metadata record.

A `revisit` stands in place of a response whose payload is in a response before it (section 6.7; the digest is the same,
profile identical-payload-digest) or which says that what was kept before holds (304, server-not-modified). It points at
that response by WARC-Refers-To, WARC-Refers-To-Target-URI and WARC-Refers-To-Date, has its WARC-Payload-Digest, and
never points at a revisit. Its block is the message as received, of the first profile its head alone (WARC-Truncated:
length). Nothing of the wire is lost by that: the body is the original's payload, where it was chunked in the chunks
that `chunk-framing` of the metadata record tells (`http.reframed`). What that cannot tell (extensions, trailers) makes
the message a whole response.

Fields of the metadata record: those of the caller, then `fetchTimeMs`, `chunk-framing` (of a revisit), `error` (why the
answer is not whole, in words) and `error-kind` (the same, one of `exchange.ErrorKind`), `interim-response` (1xx
messages) and `trailing-bytes` (what came behind the message), both base64, and `certificate` (DER, base64, leaf first;
repeated), written when a host's chain is seen for the first time in a file, and when it changes.
`writer` makes the records, `file` brings them onto the disk, `reader` reads them (ARC as well), `salvage` mends.
"""

from .file import WARC_BYTES
from .reader import OPEN, Record, read_at, records
from .salvage import salvage
from .writer import Refers, WarcWriter, Written, metadata_record

__all__ = [
    "OPEN", "WARC_BYTES", "Record", "Refers", "WarcWriter", "Written", "metadata_record", "read_at",
    "records", "salvage",
]  # fmt: skip
