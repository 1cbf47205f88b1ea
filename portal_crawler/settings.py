"""Scrapy's settings, for `scrapy crawl portal` and for the command line alike. Each order number has its reason."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("portal-crawler")
except PackageNotFoundError:  # a checkout that is not installed
    VERSION = "0+checkout"

BOT_NAME = "portal-crawler"
SPIDER_MODULES = ["portal_crawler.spiders"]
PURPOSE = "archiving for the public record"
USER_AGENT = f"portal-crawler/{VERSION} ({PURPOSE})"


def user_agent(contact: str | None) -> str:
    """Who asks, for whom, and how to reach them. Without a contact it claims none: an address that nobody answers is
    worse than none."""
    return f"portal-crawler/{VERSION} (+{contact}; {PURPOSE})" if contact else USER_AGENT


# Bytes are kept before anything else sees them; what is left to fetch is in the ledger.
DOWNLOAD_HANDLERS = {
    "http": "portal_crawler.fetch.wire.WireDownloadHandler",
    "https": "portal_crawler.fetch.wire.WireDownloadHandler",
    "file": None,
    "ftp": None,
    "data": None,
    "s3": None,
}
SCHEDULER = "portal_crawler.fetch.scheduler.LedgerScheduler"

# The ledger retries, follows redirects and asks robots.txt: each is a URL with a state of its own there, and survives a
# kill. Scrapy's own middlewares for these would do it out of its sight.
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # [scope] decides, and the ledger says so
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
    # Pages are read from the kept bytes: decoding here as well would cost, and refuse what is archived already.
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # an error page is a page to be kept
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,  # nothing is copied: no request comes of one
}
ROBOTSTXT_OBEY = False  # obeyed by frontier/politeness.py
REDIRECT_ENABLED = False
RETRY_ENABLED = False
COOKIES_ENABLED = True  # some portals answer nothing without their session cookie

# One place paces requests: frontier/politeness.py. Scrapy must neither add delays nor hold requests back.
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 64
CONCURRENT_REQUESTS_PER_DOMAIN = 16
REACTOR_THREADPOOL_MAXSIZE = 64  # names are looked up there: those of dead hosts take long, and hold up no others
AUTOTHROTTLE_ENABLED = False
CONCURRENT_ITEMS = 1  # so many tasks are made for each response; the spider gives no items

# Old servers know no better (`fetch/wire.py` has the ciphers for them); each server's best is what is agreed on.
# Certificates are not what a request depends on here: what is wrong with one is recorded (`frontier/certificates.py`).
DOWNLOAD_TLS_MIN_VERSION = "TLSv1.0"
DOWNLOAD_FAIL_ON_DATALOSS = False  # a truncated page is kept, and marked
DOWNLOAD_WARNSIZE = 0
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # a server in every crawl that runs the code it is sent: not in an archive's
LOG_LEVEL = "WARNING"
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logcount.LogCount": None,
    "scrapy.extensions.remote_control.RemoteControl": None,  # disabled above; not even imported
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate, br, zstd",  # what archive.warc.http decodes
}
