"""Tables: the tables of a portal's definition. Every key is documented by its field here, and checked as it is read.

`portal` puts them together into a portal, `family` into a CMS.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from archive.errors import UsageError

from .hours import span

# It stands in a header, in brackets: ASCII, without blanks, brackets and quotation marks.
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")  # of a host's name
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[\w-]+(?:\.[\w-]+)*(?::\d+)?(?:/[!#-&*-\[\]-~]*)?", re.ASCII
)


def _selector(value: str) -> str:
    from ..page.selectors import compiled  # here: it brings lxml, which many commands do without

    try:
        compiled(value)
    except UsageError as error:
        raise ValueError(str(error).partition(": ")[2] or str(error)) from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from None
    return value


def _header(value: str) -> str:
    name, colon, _ = value.partition(":")
    if not colon or not name.strip():
        raise ValueError("must be 'Name: beginning of the value'")
    return value


_TAKEN = "tables"  # archive.query.cache.FOLDER: thrown away, it would take the portal along


def _slug(value: str) -> str:
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value) is None or len(value) > 80:
        raise ValueError("must be lower-case letters and digits, with hyphens between them, 80 at the most")
    if value == _TAKEN:
        raise ValueError("must be another name: a collection keeps what `query` reads in a folder that is called so")
    return value


def _zone(value: str) -> str:
    if re.fullmatch(r"[+-](0\d|1[0-4]):[0-5]\d", value, re.ASCII) is None:
        raise ValueError("must be an offset from UTC, as +07:00")
    return value


def _hours(value: str) -> str:
    span(value)
    return value


def _host(value: str) -> str:
    try:
        found = urlsplit(f"//[{value}]" if value.count(":") > 1 else f"//{value}")
        alone = found.hostname == value.lower() and found.netloc.strip("[]").lower() == value.lower()
    except ValueError:
        alone = False
    if not alone:
        raise ValueError("must be the name of a host, without scheme, port and path")
    return value


def _is_name(host: str) -> bool:
    """Whether it may be a host: its labels have letters, of any script, digits, hyphens, underscores; or an address."""
    if ":" in host:
        return True  # IPv6: `urlsplit` has seen to it
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return False
    return len(ascii_host) <= 253 and all(map(_LABEL.fullmatch, ascii_host.removesuffix(".").split(".")))


def contact(value: str) -> str:
    """A mail address or a page where whoever runs a server can reach whoever crawls it. Raises ValueError."""
    if not _CONTACT.fullmatch(value):
        raise ValueError("must be a mail address or the http(s) address of a page")
    return value


# CSS, with ::text or ::attr(name) at its end where wanted; XPath where it begins with / ./ or (
Selector = Annotated[str, AfterValidator(_selector)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Header = Annotated[str, AfterValidator(_header)]
Hours = Annotated[str, AfterValidator(_hours)]
Host = Annotated[str, AfterValidator(_host)]
Contact = Annotated[str, AfterValidator(contact)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Slug = Annotated[str, AfterValidator(_slug)]
Zone = Annotated[str, AfterValidator(_zone)]

Requisite = Literal["style", "script", "font", "image", "icon", "media"]  # what a page needs an address for


class _Counts(dict[str, int]):
    """Numbers by name, never changed: a definition can be a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _no_number(cls, value: object, info: ValidationInfo) -> object:
        """True and false are 1 and 0 to Python, and to nobody else."""
        if isinstance(value, bool) and cls.model_fields[info.field_name or ""].annotation is not bool:
            raise ValueError("must not be true or false")
        return value


class Identity(Table):
    """[portal]"""

    name: Slug = Field(description="lower-case letters, digits and hyphens: the name of the portal's folder")
    title: str | None = Field(None, description="the portal's own name, as its pages show it")
    url: str = Field(description="the front page")
    family: Slug | None = Field(None, description="the CMS, by the name of a file in families/")
    timezone: Zone = Field("+07:00", description="offset of the times that pages show")
    language: str = Field("vi", description="of the articles, as in BCP 47")

    @field_validator("url")
    @classmethod
    def _absolute(cls, value: str) -> str:
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError as error:
            raise ValueError(f"must be an address: {error}") from None
        if not whole:
            raise ValueError("must be an absolute http or https address")
        if not _is_name(parts.hostname or ""):
            raise ValueError(f"must be an address: {parts.hostname!r} is no name of a host")
        return value


class Recognise(Table):
    """[recognise], in a family: any two of these on a page name the family; `generator` alone suffices."""

    generator: tuple[str, ...] = Field((), description="beginnings of <meta name=generator>, case ignored")
    url: tuple[Pattern, ...] = Field(
        (), description="regular expressions, searched in path and query: of the page, its links, scripts and pictures"
    )
    selector: tuple[Selector, ...] = Field((), description="that match something on a page")
    cookie: tuple[str, ...] = Field((), description="beginnings of cookie names, case ignored")
    header: tuple[Header, ...] = Field((), description="'Name: beginning of the value', case ignored")
    over: tuple[Slug, ...] = Field((), description="families that this one is built on: where both fit, it is this one")


class Selectors(Table):
    """[selectors]: for each field the places to look, best first; the first that gives something wins."""

    title: tuple[Selector, ...] = ()
    date: tuple[Selector, ...] = ()
    modified: tuple[Selector, ...] = ()
    author: tuple[Selector, ...] = Field((), description="a place that shows who wrote; a signed last line needs none")
    source: tuple[Selector, ...] = ()
    section: tuple[Selector, ...] = Field((), description="several matches are the path of sections")
    summary: tuple[Selector, ...] = ()
    body: tuple[Selector, ...] = Field((), description="the element that contains the article's text")
    images: tuple[Selector, ...] = Field((), description="pictures outside the body that belong to the article")
    attachments: tuple[Selector, ...] = Field((), description="links to documents outside the body")
    next_part: tuple[Selector, ...] = Field((), description="the link to the next part of a long article, or to all")
    drop: tuple[Selector, ...] = Field((), description="what stands inside the body and is not the article's")
    article: tuple[Selector, ...] = Field((), description="if given, a page without a match is not an article")


class Politeness(Table):
    """[politeness]: how the portal's hosts are treated. What robots.txt and the servers ask for beyond it is given."""

    delay: float = Field(
        1.0, ge=0, le=3600, description="seconds between requests to one host, at least; 0: no rest after slow answers"
    )
    concurrency: int = Field(1, ge=1, le=16, description="requests to one host at the same time")
    timeout: float = Field(60, gt=0, le=600, description="seconds for one request")
    retries: int = Field(
        3, ge=0, le=20, description="further attempts where a request failed; a 429 is no attempt: it asks for less"
    )
    hours: tuple[Hours, ...] = Field(
        (), description="times of the day at which requests may begin, as 22:00-06:00, in the portal's timezone"
    )
    contact: Contact | None = Field(
        None, description="mail address or page of whoever crawls: in the User-Agent, and in the archive's warcinfo"
    )


class Scope(Table):
    """[scope]: what of all that the pages name is asked for. Whatever is not has its reason in the ledger."""

    hosts: tuple[Host, ...] = Field((), description="hosts of the portal beside that of its url")
    include: tuple[Pattern, ...] = Field((), description="regular expressions of addresses; if given, one must match")
    exclude: tuple[Pattern, ...] = Field((), description="regular expressions of addresses that are never asked for")
    max_depth: int = Field(30, ge=1, description="links from the front page")
    max_bytes: int = Field(64 << 20, ge=1024, description="of one response; what is longer is cut and marked")
    media: Literal["all", "own"] = Field(
        "all", description="own: pictures and documents of articles that lie on other hosts are not asked for"
    )
    media_hosts: int = Field(200, ge=0, description="other hosts from which media are taken, the first that are found")
    media_bytes: int = Field(32 << 20, ge=1024, description="of one response of another host, in place of max_bytes")
    requisites: Literal["all", "own", "none"] = Field(
        "all",
        description="what a browser needs to show a page (styles, scripts, fonts, icons, pictures of the layout); own:"
        " not from other hosts; include and max_depth say nothing of them, exclude does",
    )
    requisite_types: tuple[Requisite, ...] = Field(
        get_args(Requisite), description="which of them are asked for; media: what players and plug-ins show"
    )
    requisite_bytes: int = Field(16 << 20, ge=1024, description="of one of them; what is longer is cut and marked")


class Archiving(Table):
    """[archive]: how what was fetched is laid down."""

    warc_bytes: int = Field(
        1 << 30, ge=4096, description="a WARC file that has reached them is closed, and the next one begun"
    )


class Sources(Table):
    """[sources]: where to begin, beside the front page."""

    seeds: tuple[str, ...] = Field((), description="addresses, absolute or from the front page on")
    article: tuple[Pattern, ...] = Field((), description="regular expressions: paths of article pages")
    listing: tuple[Pattern, ...] = Field((), description="regular expressions: paths of listing pages")


class Fill(Table):
    """[expect] fill: the least share of the portal's articles, 0 to 1, that have each of these."""

    title: Share = 0.0
    timestamp: Share = Field(0.0, description="a date of their own: the moment of the portal's last build is none")
    author: Share = 0.0
    source: Share = 0.0
    section: Share = 0.0
    summary: Share = 0.0
    body: Share = Field(0.0, description="some text; an article may be only a document")
    images: Share = 0.0
    attachments: Share = 0.0


class Expect(Table):
    """[expect]: what the whole archive of the portal should hold; below it `crawl` and `report` exit with 3."""

    articles: int = Field(0, ge=0, description="at least so many, those that are gone by now included")
    fill: Fill = Field(Fill(), description="such as {title = 1.0, timestamp = 0.95}")
    sections: Annotated[dict[str, Count], AfterValidator(_Counts)] = Field(
        _Counts(),
        description='at least so many articles of a section, such as {"Tin tức" = 50}; names as the records have them',
    )


class Shares(dict[str, float]):
    """Shares by name, never changed: a definition can be a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class Texts(dict[str, str]):
    """Texts by name, never changed: a definition can be a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class Learned(Table):
    """[learned]: what the crawls found out by looking at many pages; written by them, to be read and corrected."""

    family: Slug | None = Field(None, description="the CMS that the front page showed, where [portal] names none")
    build: tuple[str, ...] = Field((), description="timestamps that are only the moment of the portal's last build")
    hosts: tuple[str, ...] = Field(
        (), description="hosts to which the front page redirects: the portal has moved there"
    )
    names: tuple[str, ...] = Field(
        (), description="last lines that come again under several articles: whoever they name has signed"
    )
    labels: tuple[str, ...] = Field(
        (), description="how the rows of its registers begin: pages of such rows alone, undated, are no articles"
    )
    files: tuple[str, ...] = Field(
        (), description="pictures and documents that many articles show alike: the portal's, no article's"
    )
    this_year: bool = Field(
        False, description="its dates have the year of the visit, whatever theirs is: only other pages tell the year"
    )
    lists: Annotated[dict[str, str], AfterValidator(Texts)] = Field(
        Texts(), description="what its menu calls its lists, by address: the sections of articles whose pages show none"
    )
    selectors: Selectors = Field(
        Selectors(), description="where the pages show each field, behind [selectors]; to be read, moved there, mended"
    )
    region: Selector | None = Field(
        None, description="what holds all of an article: where it shows title, date and section, it alone is read"
    )
    confidence: Annotated[dict[str, Share], AfterValidator(Shares)] = Field(
        Shares(), description="by field: on how many of the pages the selectors gave what was read without them"
    )
    shown: tuple[str, ...] = Field((), description="some of the pages that the selectors were learned from")
    listed: bool = Field(False, description="dated lists name the articles: a page of the menu that none names is none")
