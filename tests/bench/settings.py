"""What both sides of the crawl's benchmark share, so that they differ in nothing but what they do with a page."""

COPIES = 10  # of the demo portal's articles: more than 600 pages
PAGE_BYTES = 60_000
CONCURRENCY = 4  # requests at the same time, on one host
AGENT = "portal-crawler/bench"
# Pages alone: pictures and files are small here, and take no parsing.
EXCLUDED = (r"/print/\d+\.html$", r"(?i)\.(?:png|jpe?g|gif|pdf)$")
