"""Schema: the tables of a ledger, and the columns of a URL's row."""

from __future__ import annotations

VERSION = 3

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE urls (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,           -- canonical form: two addresses with one key are one URL
    url TEXT NOT NULL,                  -- as it is asked for
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    priority INTEGER NOT NULL,
    depth INTEGER NOT NULL,             -- links from the front page
    via INTEGER REFERENCES urls,        -- the page that it was first found on
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL DEFAULT 0,        -- not before this moment, seconds since 1970
    run TEXT,                           -- that settled it last
    form TEXT,                          -- null: a GET; else the body of a POST, as sent
    guess INTEGER NOT NULL,             -- 1: nothing names it; that it may not be there is no news
    twin INTEGER REFERENCES urls,       -- the URL that is asked for in place of this one
    fruit INTEGER,                      -- 1: its first visit gave something new, 0: it did not
    links INTEGER NOT NULL DEFAULT 0    -- pages that lead to it, each counted at its first visit
);
CREATE INDEX urls_twin ON urls (twin) WHERE twin IS NOT NULL;
CREATE INDEX urls_queued ON urls (id) WHERE state = 'queued';
CREATE TABLE hints (                    -- each thing said of a URL once, with the first page that said it
    url INTEGER NOT NULL REFERENCES urls, title TEXT NOT NULL, date TEXT NOT NULL, section TEXT NOT NULL,
    via INTEGER NOT NULL REFERENCES urls,
    PRIMARY KEY (url, title, date, section)
) WITHOUT ROWID;
CREATE TABLE named (                    -- which lists, sitemaps and feeds name a URL
    list INTEGER NOT NULL REFERENCES urls, url INTEGER NOT NULL REFERENCES urls,
    PRIMARY KEY (list, url)
) WITHOUT ROWID;
CREATE TABLE claims (                   -- how many entries a list says that it has, on its last visit
    list INTEGER PRIMARY KEY REFERENCES urls, entries INTEGER NOT NULL
);
CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    url INTEGER NOT NULL REFERENCES urls,
    run TEXT NOT NULL,
    warc TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
    record_id TEXT NOT NULL UNIQUE,
    date TEXT NOT NULL,                 -- WARC-Date
    status INTEGER NOT NULL,            -- of HTTP
    media_type TEXT,
    payload_sha256 TEXT,
    truncated TEXT,                     -- WARC-Truncated
    etag TEXT, modified TEXT,           -- ETag, Last-Modified: what to ask with the next time
    verdict TEXT,                       -- 'article', or why the page is none; null until records are made, or no page
    content TEXT,                       -- digest of what matters of the page: an article's content, a listing's entries
    original TEXT                       -- of a revisit record: record_id of the whole response that it refers to
);
CREATE INDEX captures_url ON captures (url);
CREATE INDEX captures_run ON captures (run);
CREATE INDEX captures_payload ON captures (payload_sha256)
    WHERE status = 200 AND truncated IS NULL AND original IS NULL;
CREATE TABLE seen (mark INTEGER PRIMARY KEY);  -- hashes of what the pages gave: something new is in none before it
CREATE TABLE runs (
    id TEXT PRIMARY KEY, started TEXT NOT NULL, ended TEXT, reason TEXT,
    derived INTEGER NOT NULL DEFAULT 0  -- 1: its records are made
);
CREATE TABLE articles (
    id TEXT NOT NULL, version INTEGER NOT NULL,
    run TEXT,                           -- that made this version, or found it gone
    status TEXT NOT NULL,
    content_sha256 TEXT NOT NULL,
    record_id TEXT NOT NULL,            -- of the capture that it was read from
    json TEXT NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;
CREATE INDEX articles_run ON articles (run);
CREATE INDEX articles_record ON articles (record_id);
CREATE TABLE aliases (
    address TEXT PRIMARY KEY, canonical TEXT NOT NULL,  -- both in canonical form: keys of urls
    twin INTEGER NOT NULL               -- 1: a page that prints the same; 0: a redirect
) WITHOUT ROWID;
CREATE INDEX aliases_canonical ON aliases (canonical);
"""

ROW = "id, url, key, kind, state, reason, priority, depth, attempts, due, form, guess, fruit"
