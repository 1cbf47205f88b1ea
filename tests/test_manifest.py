"""Manifests: a changed bit anywhere is found and named, order is proved, and a key proves it to a third party."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Done
from test_wacz import files_of, sealed, written

from archive.collection import Collection
from archive.fixity import manifest
from archive.fixity.signing import PRIVATE, PUBLIC, make_key, read_public_key
from archive.packages import wacz
from archive.packages.waczcheck import check
from archive.shard import Shard
from portal_crawler.cron import doctor
from portal_crawler.upkeep.verify import verify_shard

Run = Callable[..., Done]


def manifests(shard: Shard) -> list[Path]:
    return sorted(manifest.folder_of(shard).glob("*.json"))


def test_the_manifests_name_every_file_with_the_digest_that_sha256sum_gives(shard: Shard) -> None:
    chain = manifest.read(shard)
    there = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in manifest.files_in(shard)}
    assert {name: entry.sha256 for name, entry in chain.files.items()} == there
    assert {Path(name).parts[0] for name in there} >= {"warc", "records", "crawls", "portal.toml", "ledger.sqlite"}
    assert chain.findings == []


def test_each_manifest_names_the_one_before_by_its_digest(shard: Shard) -> None:
    first, second = map(Path.read_bytes, manifests(shard))
    assert json.loads(first)["before"] is None
    assert json.loads(second)["before"]["sha256"] == hashlib.sha256(first).hexdigest()


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_bit_in_any_file_is_found_and_its_file_named(shard: Shard, seed: int) -> None:
    chance = random.Random(seed)
    scratch = ("lock", "ledger.sqlite-")  # who holds it, and SQLite's own: nothing that is kept
    files = [path for path in shard.folder.rglob("*") if path.is_file() and not path.name.startswith(scratch)]
    for path in files:
        sound = path.read_bytes()
        changed = bytearray(sound)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        name = path.relative_to(shard.folder).as_posix().removesuffix(manifest.SIGNATURE)
        findings = verify_shard(shard).findings
        assert [finding for finding in findings if Path(name).name in finding], (name, findings)
        path.write_bytes(sound)
    assert verify_shard(shard).findings == []


def test_a_manifest_that_is_taken_away_or_exchanged_is_missed(shard: Shard) -> None:
    first, second = manifests(shard)
    sound = first.read_bytes()
    first.unlink()
    assert any("00001" in finding for finding in verify_shard(shard).findings)
    first.write_bytes(sound.replace(b'"reason": null', b'"reason": "no"'))
    assert any("one of them was changed" in finding for finding in verify_shard(shard).findings)
    first.write_bytes(sound)
    second.unlink()
    assert any("its manifest is missing" in finding for finding in verify_shard(shard).findings)


def test_who_changes_a_file_and_the_manifests_with_it_lacks_the_key(archive: Path, shard: Shard) -> None:
    """A forger who may write everything but the private key: the digest is made to fit, the signature cannot be."""
    path = max(shard.reports_folder.iterdir())
    path.write_bytes(path.read_bytes() + b"\n")
    last = manifests(shard)[-1]
    said = json.loads(last.read_text("utf-8"))
    said["files"][f"crawls/{path.name}"] = {
        "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    last.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (finding,) = verify_shard(shard).findings
    assert "its signature is not by key" in finding
    last.with_name(last.name + manifest.SIGNATURE).unlink()
    (finding,) = verify_shard(shard).findings
    assert "is not signed, and should be" in finding, "it names the key"
    last.write_text(json.dumps({**said, "key": None}), encoding="utf-8")
    assert verify_shard(shard).findings == [], "the only signature is gone: who has the public key sees it"
    assert manifest.read(shard, key=read_public_key(archive / PUBLIC)).findings != []


def test_a_third_party_checks_with_its_own_copy_of_the_key(
    archive: Path, shard: Shard, tmp_path: Path, portal_crawler: Run
) -> None:
    theirs = shutil.copy(archive / PUBLIC, tmp_path / "theirs.pub")
    assert "00001-crawl.json is of before there was a key" in portal_crawler("verify", archive, "--key", theirs).stderr
    (archive / PRIVATE).unlink()
    (archive / PUBLIC).unlink()
    make_key(archive)  # a forger's
    assert "signed by key" in "".join(manifest.read(shard).findings)
    manifest.add(shard, "rebuild", run=None, made="2026-11-28T00:00:00Z", software="x")
    done = portal_crawler("verify", archive, "--key", theirs, expect=5)
    forged, mine = (read_public_key(path).fingerprint[:16] for path in (archive / PUBLIC, Path(theirs)))
    assert f"00003-rebuild.json: signed by key {forged}…, as it says, not by {mine}…" in done.stdout


def test_a_signature_that_is_taken_away_is_missed_and_one_that_never_was_is_not(archive: Path, shard: Shard) -> None:
    theirs = read_public_key(archive / PUBLIC)
    first, second = manifests(shard)
    manifest.add(shard, "rebuild", run=None, made="2026-11-28T00:00:00Z", software="x")
    chain = manifest.read(shard, key=theirs)
    assert (chain.findings, len(chain.notes), len(chain.signed)) == ([], 1, 2)
    signature = second.with_name(second.name + manifest.SIGNATURE)
    signature.unlink()  # the third holds for the second too; that it was signed, it says itself
    (finding,) = manifest.read(shard, key=theirs).findings
    assert finding.startswith(f"manifests/{second.name}: is not signed, and should be")
    sound = first.read_bytes()
    first.write_bytes(sound.replace(b'"reason": null', b'"reason": "no"'))  # who changes one of before the key is seen
    assert any("one of them was changed" in one for one in manifest.read(shard, key=theirs).findings)
    first.write_bytes(sound)
    for one in manifests(shard)[1:]:
        one.unlink()
        one.with_name(one.name + manifest.SIGNATURE).unlink(missing_ok=True)
    (finding,) = manifest.read(shard, key=theirs).findings
    assert "none is signed" in finding, "nothing tells this from signatures that were taken away with what they signed"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs OpenSSL's command")
def test_openssl_finds_the_same_signature_good(archive: Path, shard: Shard) -> None:
    last = manifests(shard)[-1]
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", archive / PUBLIC, "-rawin", "-in", last, "-sigfile"]
    done = subprocess.run([*command, f"{last}{manifest.SIGNATURE}"], capture_output=True, text=True, check=False)
    assert "Success" in done.stdout, done.stdout + done.stderr


def test_the_private_key_is_its_owners_alone_and_is_never_replaced(archive: Path, portal_crawler: Run) -> None:
    assert (archive / PRIVATE).stat().st_mode & 0o077 == 0
    assert "is there already" in portal_crawler("key", archive, expect=2).stderr


def test_a_key_that_is_taken_away_is_noted_and_no_other_takes_its_place(
    archive: Path, shard: Shard, portal_crawler: Run
) -> None:
    theirs = read_public_key(archive / PUBLIC)
    (archive / PRIVATE).unlink()
    (archive / PUBLIC).unlink()
    found = verify_shard(shard)
    assert (found.findings, found.signed, found.unchecked) == ([], 0, 1)
    assert found.notes == ["manifests: 1 have signatures, which only `--key FILE` can check"]
    assert "2 manifests (1 signed, not checked): all as it was written" in found.words()
    done = portal_crawler("key", archive, expect=2)
    assert f"demo/manifests/00002-crawl.json names key {theirs.fingerprint[:16]}…: put" in done.stderr
    assert not (archive / PRIVATE).exists()
    assert next(doctor.keys(Collection(archive))).level == "mend"


def test_a_key_is_made_where_its_folder_may_be_meant(tmp_path: Path, portal_crawler: Run) -> None:
    assert "there is no folder" in portal_crawler("key", tmp_path / "a/b", expect=2).stderr
    assert not (tmp_path / "a").exists()
    assert "a new folder was made" in portal_crawler("key", tmp_path / "a").stderr


@pytest.mark.parametrize("what", ["cut off", "left out", "the last left out"])
def test_where_a_manifest_is_lost_nobody_is_told_that_the_next_run_writes_it_down(what: str, shard: Shard) -> None:
    first, second = manifests(shard)
    if what == "cut off":
        first.write_bytes(first.read_bytes()[:100])
    else:
        (second if "last" in what else first).unlink()
    found = verify_shard(shard)
    (finding,) = (one for one in found.findings if "in no manifest" in one)
    assert "in no manifest that can be read: restore what is missing of them from a copy first" in finding
    assert not any("writes it down" in one for one in found.notes)
    assert {one.partition("/")[0].partition(":")[0] for one in found.findings} == {"manifests"}, "all else is as it was"
    assert found.words().endswith(f"{len(found.findings)} finding{'s'[: len(found.findings) != 1]}")


def test_a_key_that_is_none_is_named(archive: Path, portal_crawler: Run) -> None:
    (archive / PRIVATE).write_text("no key\n")
    done = portal_crawler("rebuild", archive, expect=2)
    assert PRIVATE in done.stderr


def test_what_a_run_before_there_were_manifests_left_is_a_note(
    archive: Path, shard: Shard, portal_crawler: Run
) -> None:
    shutil.rmtree(manifest.folder_of(shard))
    (archive / PRIVATE).unlink()
    (archive / PUBLIC).unlink()
    done = portal_crawler("verify", archive)
    assert "in no manifest yet" in done.stderr
    portal_crawler("rebuild", archive)
    assert "in no manifest" not in portal_crawler("verify", archive).stderr


def test_an_edited_definition_is_named_until_it_is_taken_up(archive: Path, shard: Shard, portal_crawler: Run) -> None:
    with shard.definition.open("a", encoding="utf-8") as file:
        file.write("\n# looked at by hand\n")
    done = portal_crawler("verify", archive, expect=5)
    assert done.stdout.startswith("portal.toml: ")
    assert "rebuild" in done.stdout
    portal_crawler("rebuild", archive)
    portal_crawler("verify", archive)


def test_verify_says_of_each_file_and_each_record_what_was_checked(archive: Path, portal_crawler: Run) -> None:
    *lines, whole = map(json.loads, portal_crawler("verify", archive, "--json").stdout.splitlines())
    files = {line["file"]: line for line in lines if "file" in line}
    warc = next(line for name, line in files.items() if name.startswith("warc/"))
    assert warc["warc_records"] > 100
    assert warc["digests"] > warc["warc_records"]
    assert warc["manifest"] == "00001-crawl.json"
    assert len(files["ledger.sqlite"]["signed_by"]) == 64
    assert sum("record" in line for line in lines) == whole["article_versions"] > 70
    assert all(line["findings"] == [] for line in lines)


def test_a_file_that_decayed_between_two_runs_is_not_signed_anew(
    archive: Path, shard: Shard, portal_crawler: Run
) -> None:
    path = shard.warcs()[0]
    data = bytearray(path.read_bytes())
    data[4] ^= 1  # of a gzip member's time stamp: no digest in the WARC file covers it
    path.write_bytes(data)
    portal_crawler("rebuild", archive)
    done = portal_crawler("verify", archive, expect=5)
    assert f"warc/{path.name}: is not as manifests/00001-crawl.json has it" in done.stdout


def test_a_folder_that_cannot_be_written_to_ends_the_run_with_its_name(
    archive: Path, shard: Shard, portal_crawler: Run
) -> None:
    if os.geteuid() == 0:
        manifest.folder_of(shard).rename(shard.folder / "away")
        manifest.folder_of(shard).write_text("a file in its place")
    else:
        manifest.folder_of(shard).chmod(0o500)
    done = portal_crawler("rebuild", archive, expect=2)
    assert "manifests" in done.stderr


# In a package


@pytest.fixture
def package(shard: Shard, tmp_path: Path) -> Path:
    return wacz.pack(shard, tmp_path / "demo.wacz", software="portal-crawler/0").path


def test_a_package_proves_what_the_folder_proves(package: Path, archive: Path, portal_crawler: Run) -> None:
    found = check(package)
    assert (found.findings, found.manifests, found.signed) == ([], 2, 0)
    assert found.notes == ["manifests: 1 have signatures, which only `--key FILE` can check"]
    done = portal_crawler("verify", package, "--key", archive / PUBLIC)
    assert "manifests/00001-crawl.json is of before there was a key" in done.stderr
    assert "2 manifests (1 signed)" in done.stderr
    other = make_key(package.parent)
    assert f"not by {other.fingerprint[:16]}…" in check(package, key=other).findings[0]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("a manifest changed", "names another 00001-crawl.json than is here"),
        ("a manifest left out", "manifest 00001 before it is missing"),
        ("a report changed", ".json: is not as manifests/00001-crawl.json has it (other bytes)"),
        ("a report left out", ".json: is missing, which manifests/00001-crawl.json has"),
        ("a WARC file put in", None),
    ],
)
def test_what_was_changed_in_a_package_after_it_was_signed_is_found(
    what: str, words: str | None, package: Path
) -> None:
    """All else fits: it was packed anew by somebody."""
    files = files_of(package)
    first = {"manifest": "manifests/00001-crawl.json", "report": min(name for name in files if "crawls/" in name)}
    if what.startswith("a WARC file"):
        files["archive/put-in.warc.gz"] = b""
    elif what.endswith("left out"):
        del files[first[what.split()[1]]]
    else:
        name = first[what.split()[1]]
        files[name] = files[name].replace(b"2026", b"2025", 1) if b"2026" in files[name] else b" " + files[name][1:]
    found = check(written(sealed(files), package.parent / "other.wacz"))
    if words is None:
        assert "archive/put-in.warc.gz: is in no manifest" in found.notes
    else:
        assert [finding for finding in found.findings if words in finding], found.findings
