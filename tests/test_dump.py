"""Dump: the same records in every form, as independent readers see them, and the same bytes for the same collection."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from conftest import CHECKOUT, Done
from hypothesis import given
from hypothesis import strategies as st
from test_search import article, keep

from archive import Collection
from archive.errors import Unwritable, UsageError
from archive.filters import ALL, Filters
from archive.formats.dump import FORMS, dump
from archive.formats.spreadsheet import safe
from archive.formats.tables import RECORD
from archive.formats.vocabularies import schema_org, zyte
from archive.ledger import Ledger
from archive.record import Article

Run = Callable[..., Done]

FIRST = article(
    "huyen-a",
    "dat-dai",
    "Thanh tra quản lý đất đai",
    timestamp="2019-01-01T00:30:00+07:00",
    timestamp_raw="(00:30 | 01/01/2019)",
    timestamp_kind="published",
    author="Nguyễn Văn A, Trần Thị B",
    source="Báo X",
    section=("Tin tức", "Đất đai"),
    summary="Sapo.",
    body='Sapo.\n\n- Một, "hai"\n\n=HYPERLINK("http://x.example")',
    images=({"url": "http://huyen-a.example/1.jpg", "caption": "Hội nghị"}, {"url": "http://huyen-a.example/2.jpg"}),
    attachments=({"url": "http://huyen-a.example/1.pdf", "name": "CV 1", "media_type": "application/pdf"},),
    first_seen="2026-11-23T10:55:10.214800Z",
    language="vi",
)
SECOND = article(
    "huyen-a", "khac", "=cmd|'/C calc'!A0", timestamp="2020-05-02", timestamp_kind="published", author="@ban", version=2
)
BUILT = article(
    "huyen-b", "muon", "+84 số mới", timestamp="2021-01-01T10:00:00+07:00", timestamp_kind="build", status="gone"
)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    before = SECOND.model_copy(update={"version": 1, "title": "Trước"})
    return keep(tmp_path / "kept", BUILT, before, SECOND, FIRST)


def dumped(collection: Collection, form: str, filters: Filters = ALL, **options: bool) -> bytes:
    path = collection.folder.parent / f"out.{form}"
    dump(collection, form, path, filters, **options)
    return path.read_bytes()


def titles(collection: Collection, filters: Filters, **options: bool) -> list[str]:
    return [json.loads(line)["title"] for line in dumped(collection, "jsonl", filters, **options).splitlines()]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_collection_gives_the_same_bytes(collection: Collection, form: str) -> None:
    assert dumped(collection, form, all_versions=True) == dumped(collection, form, all_versions=True)
    assert dumped(collection, form) != dumped(collection, form, all_versions=True)


def test_filters_are_those_of_search(collection: Collection) -> None:
    everything = titles(collection, ALL)
    assert len(everything) == 3
    assert everything == [one.title for one in collection.articles()]
    assert len(titles(collection, ALL, all_versions=True)) == 4
    assert titles(collection, Filters(portals=("huyen-b",))) == [BUILT.title]
    assert titles(collection, Filters(since="2020", until="2020")) == [SECOND.title]
    assert titles(collection, Filters(section="dat dai")) == [FIRST.title]
    assert titles(collection, Filters(section="đạt")) == []
    assert titles(collection, Filters(author="nguyen van")) == [FIRST.title]
    assert titles(collection, Filters(status="gone")) == [BUILT.title]


def test_parquet_has_portal_year_moments_and_nested_lists_as_pyarrow_reads_them(collection: Collection) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(dumped(collection, "parquet")))
    rows = {row["title"]: row for row in table.to_pylist()}
    first = rows[FIRST.title]
    kept = json.loads(FIRST.to_json())
    for name in (
        "id",
        "url",
        "section",
        "body",
        "images",
        "attachments",
        "timestamp",
        "timestamp_raw",
        "version",
        "provenance",
    ):
        assert first[name] == kept[name]
    assert first["provenance"]["parts"] == []
    assert (first["portal"], first["year"]) == ("huyen-a", 2019)  # by the portal's clock: in UTC it is 2018
    assert first["timestamp_local"] == datetime(2019, 1, 1, 0, 30)
    assert first["timestamp_at"] == datetime.fromisoformat("2018-12-31T17:30:00+00:00")
    assert first["first_seen_at"] == datetime.fromisoformat("2026-11-23T10:55:10.214800+00:00")
    assert (rows[SECOND.title]["timestamp_at"], rows[SECOND.title]["year"]) == (None, 2020)
    assert (rows[BUILT.title]["year"], rows[BUILT.title]["timestamp"]) == (None, BUILT.timestamp)
    assert "year" in table.schema.names


def test_parquet_has_every_field_of_a_record() -> None:
    assert list(RECORD) == [field.alias or name for name, field in Article.model_fields.items()]


def test_csv_is_read_back_and_marks_its_encoding(collection: Collection) -> None:
    data = dumped(collection, "csv")
    assert data.startswith("\ufeffportal,".encode())
    assert data.endswith(b"\r\n")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    first = next(row for row in rows if row["title"] == FIRST.title)
    assert first["section"] == "Tin tức › Đất đai"
    assert first["images"] == "http://huyen-a.example/1.jpg http://huyen-a.example/2.jpg"
    assert first["body"] == FIRST.body.replace("\n- ", "\n'- ").replace("\n=", "\n'=")
    assert {row["title"] for row in rows} == {FIRST.title, f"'{SECOND.title}", f"'{BUILT.title}"}
    assert "'@ban" in {row["author"] for row in rows}


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", '"=1', "' =1", "＝1", "a;=1", "a\n@x", "\u200b=1"],
)
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert safe(cell) != cell
    assert safe(cell).replace("'", "") == cell.replace("'", "")


@given(st.text("=+-@\t\r\n ;'\"a", max_size=12))
def test_whatever_stands_in_a_cell_nothing_in_it_begins_a_formula(text: str) -> None:
    for part in safe(text).replace("\r", ";").replace("\n", ";").replace("\t", ";").split(";"):
        bare = part.lstrip(" \"'")
        assert not bare.startswith(tuple("=+-@")) or "'" in part[: len(part) - len(bare)]


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert safe("Họp - bàn = việc; rồi về") == "Họp - bàn = việc; rồi về"
    assert safe(-3) == -3


def test_schema_org_says_what_is_known_and_nothing_else(collection: Collection) -> None:
    lines = [json.loads(line) for line in dumped(collection, "schema.org").splitlines()]
    first = next(line for line in lines if line["headline"] == FIRST.title)
    assert (first["@context"], first["@type"]) == ("https://schema.org", "NewsArticle")
    assert first["datePublished"] == FIRST.timestamp
    assert [one["name"] for one in first["author"]] == ["Nguyễn Văn A", "Trần Thị B"]
    assert first["articleSection"] == ["Tin tức", "Đất đai"]
    assert first["image"][0] == {"@type": "ImageObject", "contentUrl": FIRST.images[0].url, "caption": "Hội nghị"}
    assert first["associatedMedia"][0]["encodingFormat"] == "application/pdf"
    built = next(line for line in lines if line["headline"] == BUILT.title)
    assert built["creativeWorkStatus"] == "Withdrawn"
    assert not {"datePublished", "author", "image", "dateModified"} & set(built)


def test_zyte_names_and_dates() -> None:
    item = zyte(json.loads(FIRST.to_json()))
    assert item["headline"] == FIRST.title
    assert (item["datePublished"], item["datePublishedRaw"]) == (FIRST.timestamp, FIRST.timestamp_raw)
    assert item["mainImage"] == item["images"][0] == {"url": FIRST.images[0].url}
    assert "datePublished" not in zyte(json.loads(SECOND.to_json()))
    assert zyte(json.loads(SECOND.to_json()))["datePublishedRaw"] == "2020-05-02"
    assert schema_org(json.loads(SECOND.to_json()))["datePublished"] == "2020-05-02"


def test_the_command_dumps_and_names_what_is_wrong(collection: Collection, portal_crawler: Run, tmp_path: Path) -> None:
    folder = collection.folder
    assert len(portal_crawler("dump", folder).stdout.splitlines()) == 3
    portal_crawler("dump", folder, "--as", "parquet", "--portal", "huyen-a", "-o", tmp_path / "a.parquet")
    assert (tmp_path / "a.parquet").read_bytes()[:4] == b"PAR1"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    assert "did you mean parquet?" in portal_crawler("dump", folder, "--as", "parket", expect=2).stderr
    assert "did you mean huyen-a?" in portal_crawler("dump", folder, "--portal", "huyen-aa", expect=2).stderr
    assert "is no date" in portal_crawler("dump", folder, "--since", "2020-13", expect=2).stderr
    assert "did you mean gone?" in portal_crawler("dump", folder, "--status", "gon", expect=2).stderr


@pytest.mark.parametrize(
    ("name", "form", "beginning"),
    [
        ("a.parquet", None, b"PAR1"), ("a.CSV", None, b"\xef\xbb\xbf"), ("a.jsonl", None, b"{"), ("a", None, b"{"),
        ("a.parquet", "csv", b"\xef\xbb\xbf"),
    ],
)  # fmt: skip
def test_a_file_has_the_form_that_its_name_ends_in_unless_another_is_asked_for(
    collection: Collection, tmp_path: Path, name: str, form: str | None, beginning: bytes
) -> None:
    dump(collection, form, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(beginning)


def test_a_name_that_says_another_format_is_refused_with_those_there_are(
    collection: Collection, tmp_path: Path
) -> None:
    for name in ("a.xlsx", "a.XML", "a.jsonl.gz"):
        with pytest.raises(UsageError, match=r"is not written; there are \.csv, \.parquet and \.jsonl"):
            dump(collection, None, tmp_path / name)
    assert not list(tmp_path.glob("a.*"))
    dump(collection, "jsonl", tmp_path / "a.gz")  # who says it is meant
    assert (tmp_path / "a.gz").read_bytes().startswith(b"{")


def test_a_folder_that_is_not_there_is_named(collection: Collection, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        with pytest.raises(Unwritable, match=f"there is no folder {tmp_path / 'no'}: make it first"):
            dump(collection, form, tmp_path / "no" / "a")


def test_a_portal_without_a_crawl_has_no_articles(collection: Collection) -> None:
    new = collection.folder / "huyen-moi"
    new.mkdir()
    (new / "portal.toml").write_text('[portal]\nname = "huyen-moi"\nurl = "http://moi.example/"\n')
    assert len(titles(Collection(collection.folder), ALL)) == 3
    assert titles(Collection(collection.folder), Filters(portals=("huyen-moi",))) == []
    assert dumped(Collection(new), "parquet")[:4] == b"PAR1"


def test_a_section_that_no_article_has_is_told_with_the_nearest(collection: Collection, tmp_path: Path) -> None:
    said: list[str] = []
    for section in ("dat dai", "Đất đia", "hoàn toàn khác"):
        dump(collection, "jsonl", tmp_path / "out", Filters(section=section), say=said.append)
    assert said == [
        "--section: none is called 'Đất đia'; did you mean 'Đất đai'?",
        "--section: none is called 'hoàn toàn khác'",
    ]


def test_a_date_that_is_none_is_named() -> None:
    for wrong in ("2020-13", "20", "2020-02-30", "hôm qua"):
        with pytest.raises(UsageError, match="is no date"):
            Filters(since=wrong)
    with pytest.raises(UsageError, match="--since 2020 is behind --until 2019"):
        Filters(since="2020", until="2019")
    assert Filters(since="2019-12-31", until="2019")


@pytest.mark.parametrize("form", [form for form in FORMS if form != "parquet"])  # it holds a row group: make bench-use
def test_memory_does_not_grow_with_the_collection(tmp_path: Path, form: str) -> None:
    """Ten times the articles: a process that held them all would need 30 MB more."""
    peaks = []
    for number in (1_000, 11_000):
        folder = tmp_path / str(number)
        keep(folder, article("xa", "0", "Tin"))
        ledger = Ledger(folder / "xa" / "ledger.sqlite")
        with ledger.transaction():
            for one in range(number):
                ledger.versions.save(article("xa", str(one), f"Tin {one}", body=f"{one} " * 600), "20250101000000")
        ledger.close()
        code = (
            "import sys; from pathlib import Path; from archive import Collection\n"
            "from archive.formats.dump import dump\n"
            "dump(Collection(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3]));"
            "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
        )
        command = [sys.executable, "-c", code, str(folder), form, str(tmp_path / "out")]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONPATH": str(CHECKOUT)})
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 15_000, peaks  # KB


def test_a_cell_that_excel_would_cut_is_written_whole_and_told(tmp_path: Path) -> None:
    long = article("xa", "dai", "Dài", body="ă" * 32_768)
    said: list[str] = []
    dump(keep(tmp_path / "kept", long, FIRST), "csv", tmp_path / "a.csv", say=said.append)
    assert said == [f"1 record has a cell of more than 32,767 characters: the file is whole, Excel cuts it: {long.url}"]
    assert "ă" * 32_768 in (tmp_path / "a.csv").read_text("utf-8")
