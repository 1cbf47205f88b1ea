"""Portal: what a portal is, read from TOML. A family is the same file without an address: how a CMS marks its pages.

    portals/giang-thanh.toml    [portal] name, title, url, family; whatever differs from the family
    families/trang-tintuc.toml  [family] name, title; [recognise]; selectors and rules of the CMS

`Portal.load` gives one value with the family's keys filled in: nobody downstream knows that there were two files. The
family is the one that [portal] names, or the one that the crawl recognised and put under [learned]. Every key is
documented by its field here, and a wrong one is refused by name with the nearest that exists.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from archive.errors import UsageError

from .hours import span
from .twins import bare

T = TypeVar("T", bound=BaseModel)

_ABSENT = object()

# It stands in a header, in brackets: ASCII, without blanks, brackets and quotation marks.
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[\w-]+(?:\.[\w-]+)*(?::\d+)?(?:/[!#-&*-\[\]-~]*)?", re.ASCII
)


def _selector(value: str) -> str:
    from .page import compiled  # here: it brings lxml, which many commands do without

    try:
        compiled(value)
    except UsageError as error:
        raise ValueError(str(error).partition(": ")[2] or str(error)) from None
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


def _header(value: str) -> str:
    name, colon, _ = value.partition(":")
    if not colon or not name.strip():
        raise ValueError("must be 'Name: beginning of the value'")
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
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class _Counts(dict[str, int]):
    """Numbers by name, never changed: a definition can be a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Identity(_Table):
    """[portal]"""

    name: Slug = Field(description="lower-case letters, digits and hyphens: the name of the portal's folder")
    title: str | None = Field(None, description="the portal's own name, as its pages show it")
    url: str = Field(description="the front page")
    family: Slug | None = Field(None, description="the CMS, by the name of a file in families/")
    timezone: str = Field(
        "+07:00", pattern=r"^[+-](0\d|1[0-4]):[0-5]\d$", description="offset of the times that pages show"
    )
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
        return value


class Recognise(_Table):
    """[recognise], in a family: any two of these on a page name the family; `generator` alone suffices."""

    generator: tuple[str, ...] = Field((), description="beginnings of <meta name=generator>, case ignored")
    url: tuple[Pattern, ...] = Field(
        (), description="regular expressions, searched in path and query: of the page, its links, scripts and pictures"
    )
    selector: tuple[Selector, ...] = Field((), description="that match something on a page")
    cookie: tuple[str, ...] = Field((), description="beginnings of cookie names, case ignored")
    header: tuple[Header, ...] = Field((), description="'Name: beginning of the value', case ignored")
    over: tuple[Slug, ...] = Field((), description="families that this one is built on: where both fit, it is this one")


class Selectors(_Table):
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
    next_part: tuple[Selector, ...] = Field((), description="the link to the next part of a long article")
    drop: tuple[Selector, ...] = Field((), description="what stands inside the body and is not the article's")
    article: tuple[Selector, ...] = Field((), description="if given, a page without a match is not an article")


class Politeness(_Table):
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


class Scope(_Table):
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


class Sources(_Table):
    """[sources]: where to begin, beside the front page."""

    seeds: tuple[str, ...] = Field((), description="addresses, absolute or from the front page on")
    article: tuple[Pattern, ...] = Field((), description="regular expressions: paths of article pages")
    listing: tuple[Pattern, ...] = Field((), description="regular expressions: paths of listing pages")


class Fill(_Table):
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


class Expect(_Table):
    """[expect]: what the whole archive of the portal should hold; below it `crawl` and `report` exit with 3."""

    articles: int = Field(0, ge=0, description="at least so many, those that are gone by now included")
    fill: Fill = Field(Fill(), description="such as {title = 1.0, timestamp = 0.95}")
    sections: Annotated[dict[str, Count], AfterValidator(_Counts)] = Field(
        _Counts(),
        description='at least so many articles of a section, such as {"Tin tức" = 50}; names as the records have them',
    )


class Learned(_Table):
    """[learned]: what the crawls found out by looking at many pages; written by them, to be read and corrected."""

    family: Slug | None = Field(None, description="the CMS that the front page showed, where [portal] names none")
    build: tuple[str, ...] = Field((), description="timestamps that are only the moment of the portal's last build")
    hosts: tuple[str, ...] = Field(
        (), description="hosts to which the front page redirects: the portal has moved there"
    )
    listed: bool = Field(False, description="dated lists name the articles: a page of the menu that none names is none")


class Portal(_Table):
    """A portal's definition, whole."""

    portal: Identity
    selectors: Selectors = Selectors()
    politeness: Politeness = Politeness()
    scope: Scope = Scope()
    sources: Sources = Sources()
    expect: Expect = Expect()
    learned: Learned = Learned()

    @classmethod
    def load(cls, path: Path) -> Portal:
        """Read a TOML file. Raises UsageError naming the file, the key, the value and what is allowed."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise UsageError(f"{path}: not UTF-8 text ({error.reason} at byte {error.start})") from None
        return cls.parse(text, str(path))

    @classmethod
    def parse(cls, text: str, where: str) -> Portal:
        """Read TOML text; `where` names it in errors."""
        return _validated(cls, _with_family(_toml(text, where), where), where)

    @classmethod
    def known(cls, name: str) -> Portal:
        """A portal that ships with the package, by its name."""
        found = _shipped("portals")
        if name not in found:
            near = difflib.get_close_matches(name, found, 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(
                f"{name}: no portal of that name ships with portal-crawler (known: {', '.join(found)}){hint}"
            )
        return cls.parse(found[name], f"portals/{name}.toml")

    @classmethod
    def of_url(cls, url: str) -> Portal:
        """The portal that ships with the package for this host, or one of which nothing is known but its address."""
        named = _validated(cls, {"portal": {"name": "portal", "url": url}}, "address")
        parts = urlsplit(named.portal.url)
        host = parts.hostname or ""
        for name, text in _shipped("portals").items():
            known = cls.parse(text, f"portals/{name}.toml")
            if host.lower() in known.hosts:
                return known
        slug = re.sub(r"[^a-z0-9]+", "-", host.removeprefix("www.").lower()).strip("-") or "portal"
        name = f"{slug[:70].strip('-')}-{parts.port}" if parts.port else slug[:80].strip("-")
        return _validated(cls, {"portal": {"name": name, "url": url}}, url)

    def paced(self, delay: float | None, concurrency: int | None) -> Portal:
        """The portal with another pace, where one is given."""
        given = {"delay": delay, "concurrency": concurrency}
        update = {key: value for key, value in given.items() if value is not None}
        return self.model_copy(update={"politeness": self.politeness.model_copy(update=update)})

    def with_learned(self, learned: Learned) -> Portal:
        """The portal with this in place of what was learned before, and the family of it under the portal's own tables.

        A family that [portal] names leaves nothing to learn of it. Raises UsageError for a family that is none.
        """
        if self.portal.family is not None:
            learned = learned.model_copy(update={"family": None})
        given = _tables(self.learned.family) if self.learned.family in families() and not self.portal.family else {}
        tables = {**self._own(given), "learned": learned.model_dump(mode="json", exclude_defaults=True)}
        return _validated(Portal, _with_family(tables, self.portal.name), self.portal.name)

    def _own(self, given: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """The tables without [learned], and without what a family has given."""
        own: dict[str, dict[str, Any]] = {}
        for table, values in self._dumped().items():
            if table == "learned":
                continue
            said = self._said(table)
            of_family = given.get(table, {})
            own[table] = {
                key: value for key, value in values.items() if key in said and of_family.get(key, _ABSENT) != value
            }
        return own

    def _dumped(self) -> dict[str, dict[str, Any]]:
        """Every table; of a table in it, only what differs from its defaults."""
        differing = self.model_dump(mode="json", exclude_defaults=True)
        return {
            table: {
                key: differing.get(table, {}).get(key, {}) if isinstance(value, dict) else value
                for key, value in values.items()
            }
            for table, values in self.model_dump(mode="json").items()
        }

    def _said(self, table: str) -> frozenset[str]:
        """The keys of a table that somebody gave, be it the default's value, which may differ from a family's."""
        values: _Table = getattr(self, table)
        differing = values.model_dump(exclude_defaults=True)
        return frozenset(differing if table == "learned" else (*differing, *values.model_fields_set))

    def to_toml(self) -> str:
        """The definition as TOML: what it says, and what its family says. `Portal.parse` gives the same."""
        given = _tables(self.family) if self.family in families() else {}
        tables = {}
        for table, values in self._dumped().items():
            said = self._said(table) | given.get(table, {}).keys()
            tables[table] = {key: value for key, value in values.items() if key in said}
        return _written(tables)

    def own_toml(self) -> str:
        """The definition as a person would begin it: the family by its name, what was learned left out."""
        own = self._own(_tables(self.family) if self.family in families() else {})
        return _written({**own, "portal": {**own["portal"], "family": self.family}})

    @property
    def family(self) -> str | None:
        """The CMS: as the portal's file names it, else as it was recognised."""
        return self.portal.family or self.learned.family

    @property
    def digest(self) -> str:
        """SHA-256 of `to_toml()`: names the definition in records and in the archive."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()

    @property
    def hosts(self) -> frozenset[str]:
        """Every host of the portal, lower case."""
        own = urlsplit(self.portal.url).hostname or ""
        return frozenset(host.lower() for host in (own, *self.scope.hosts, *self.learned.hosts))

    def owns(self, url: str) -> bool:
        """Whether an address is on one of the portal's hosts, with or without www."""
        return bare(urlsplit(url).hostname or "") in {bare(host) for host in self.hosts}


class Family(_Table):
    """A family's file: the tables of a portal, and `[family]` in place of `[portal]`."""

    class Name(_Table):
        """[family]"""

        name: Slug
        title: str = Field(description="the CMS, in words")

    family: Name
    recognise: Recognise = Recognise()
    selectors: Selectors = Selectors()
    politeness: Politeness = Politeness()
    scope: Scope = Scope()
    sources: Sources = Sources()

    @classmethod
    def parse(cls, text: str, where: str) -> Family:
        """Read TOML text; `where` names it in errors. Raises UsageError."""
        return _validated(cls, _toml(text, where), where)


@cache
def families() -> dict[str, Family]:
    """The families that ship with the package, by name."""
    return {name: Family.parse(text, f"families/{name}.toml") for name, text in _shipped("families").items()}


@cache
def _shipped(folder: str) -> dict[str, str]:
    files = resources.files("portal_crawler").joinpath(folder).iterdir()
    return {
        file.name.removesuffix(".toml"): file.read_text(encoding="utf-8")
        for file in sorted(files, key=lambda file: file.name)
        if file.name.endswith(".toml")
    }


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: not TOML: {error}") from None


@cache
def _tables(family: str) -> dict[str, dict[str, Any]]:
    """What a family gives a portal."""
    found: dict[str, dict[str, Any]] = families()[family].model_dump(
        mode="json", exclude={"family", "recognise"}, exclude_defaults=True
    )
    return found


def _with_family(data: dict[str, Any], where: str) -> dict[str, Any]:
    """The portal's tables laid over its family's, key by key."""
    table, name = next(
        (
            (table, name)
            for table in ("portal", "learned")
            if isinstance(values := data.get(table), dict) and isinstance(name := values.get("family"), str)
        ),
        ("", ""),
    )
    if not table:
        return data
    if name not in families():
        near = difflib.get_close_matches(name, families(), 1)
        raise UsageError(
            f"{where}: [{table}] family = {name!r}: no such family; "
            + (f"did you mean {near[0]!r}?" if near else f"known: {', '.join(families())}")
        )
    base = _tables(name)
    merged: dict[str, Any] = {**base, **data}
    for table, values in base.items():
        if isinstance(data.get(table), dict):
            merged[table] = {**values, **data[table]}
    return merged


def _validated(model: type[T], data: dict[str, Any], where: str) -> T:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise UsageError(f"{where}: " + "; ".join(_explained(model, error))) from None


def _explained(model: type[BaseModel], error: ValidationError) -> Iterable[str]:
    """One phrase for each wrong key: table, key, value, what is allowed."""
    for problem in error.errors(include_url=False):
        location = [str(part) for part in problem["loc"]]
        name = f"[{location[0]}]" + "".join(f" {part}" for part in location[1:])
        if problem["type"] == "extra_forbidden":
            keys = _keys(model, location[:-1])
            near = difflib.get_close_matches(location[-1], keys, 1)
            yield f"{name}: no such key; " + (f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(keys)}")
        elif problem["type"] == "missing":
            yield f"{name}: missing"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "model_type":
                message = f"must be a table: [{location[0]}]"
            value = repr(problem["input"])
            yield f"{name} = {value if len(value) <= 80 else value[:80] + '…'}: {message[0].lower()}{message[1:]}"


def _keys(model: type[BaseModel], location: list[str]) -> list[str]:
    for part in location:
        annotation = model.model_fields[part].annotation
        if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
            return []
        model = annotation
    return list(model.model_fields)


def _written(tables: dict[str, dict[str, Any]]) -> str:
    """Tables as TOML; what is None is not said."""
    lines: list[str] = []
    for table, values in tables.items():
        said = [f"{key} = {_toml_value(value)}" for key, value in values.items() if value is not None]
        if said:
            lines += [f"[{table}]", *said, ""]
    return "\n".join(lines)


def _toml_value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml_value(key)} = {_toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", text) + '"'
