"""`schedule`: what cron and systemd are given calls `run` whatever the paths are called."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Done

from archive.errors import UsageError
from portal_crawler.cron.collectionfile import CollectionFile
from portal_crawler.cron.schedule import crontab, minutes, units

Run = Callable[..., Done]
ODD = 'it\'s 100% "odd" $HOME %n tin tức'


def file_in(folder: Path, text: str = "", portal: str = "") -> CollectionFile:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "collection.toml"
    path.write_text(f'[collection]\n{text}\n[[portal]]\nurl = "http://xa.example/"\n{portal}', "utf-8")
    return CollectionFile.load(path)


def called(folder: Path) -> tuple[Path, Path]:
    """A program in place of ours that notes what it was called with; and where."""
    noted = folder / "noted"
    program = folder / "program"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > '{noted}'\n")
    program.chmod(0o755)
    return program, noted


def test_a_crontab_line_calls_run_with_the_path_as_it_is(tmp_path: Path) -> None:
    file = file_in(tmp_path / ODD)
    program, noted = called(tmp_path)
    (line,) = [line for line in crontab(file, [str(program)]).splitlines() if not line.startswith("#")]
    *when, command = line.split(" ", 5)
    assert when[1:] == ["*"] * 4
    assert 0 <= int(when[0]) < 60
    assert not re.search(r"(?<!\\)%", command)  # cron would end the command there
    subprocess.run(["/bin/sh", "-c", command.replace("\\%", "%")], check=True, env={})  # as cron does
    assert noted.read_text("utf-8").splitlines() == ["run", str(file.path)]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (apt install systemd)")
@pytest.mark.parametrize("name", ["plain", ODD])
def test_units_are_what_systemd_takes(name: str, tmp_path: Path) -> None:
    file = file_in(tmp_path / name, 'log = "logs/run.log"\nmetrics = "state.prom"\nevery = "1h"')
    program, _ = called(tmp_path)
    for unit, text in units(file, [str(program)], "root").items():
        (tmp_path / unit).write_text(text, "utf-8")
    names = [str(tmp_path / unit) for unit in units(file, [str(program)], "root")]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True, check=False, timeout=60
    )
    ours = [line for line in done.stderr.splitlines() if "portal-crawler-" in line]
    assert (done.returncode, ours) == (0, []), done.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze (apt install systemd)")
def test_units_are_hardened(tmp_path: Path) -> None:
    for unit, text in units(file_in(tmp_path), ["/bin/true"], "root").items():
        (tmp_path / unit).write_text(text, "utf-8")
    service = tmp_path / "portal-crawler-collection.service"
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=45", str(service)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    if "--offline" in done.stderr:
        pytest.skip("this systemd-analyze cannot look at a file's security")
    assert done.returncode == 0, done.stdout[-400:] + done.stderr


def test_a_service_may_write_where_the_collection_its_log_and_its_metrics_are(tmp_path: Path) -> None:
    file = file_in(tmp_path / "a b", 'into = "kept"\nlog = "/var/log/pc/run.log"')
    service = next(text for name, text in units(file, ["/x"], "archivist").items() if name.endswith(".service"))
    (line,) = [line for line in service.splitlines() if line.startswith("ReadWritePaths=")]
    assert line == f'ReadWritePaths="{tmp_path}/a b/kept" /var/log/pc'
    assert {"User=archivist", "SuccessExitStatus=130"} <= set(service.splitlines())
    file = file_in(tmp_path / "c", 'log = "run.log"')  # beside the collection file: it is put aside there
    service = next(text for name, text in units(file, ["/x"], "archivist").items() if name.endswith(".service"))
    assert f"ReadWritePaths={tmp_path}/c" in service.splitlines()
    assert "all of its folder can be written to" in service


def test_it_is_called_often_enough_for_the_portal_that_is_due_most_often(tmp_path: Path) -> None:
    assert len(minutes(file_in(tmp_path, 'every = "1d"'))) == 1
    assert len(minutes(file_in(tmp_path, 'every = "1d"', 'every = "1h"'))) == 4
    assert minutes(file_in(tmp_path, 'at = ["02:20", "14:20"]')) == (20,)
    assert minutes(file_in(tmp_path, 'at = ["02:00", "14:20"]')) == (0, 15, 30, 45)


def test_a_path_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line break"):
        crontab(file_in(tmp_path / "a\nb"))


def test_what_is_printed_calls_this_program_by_its_whole_path(tmp_path: Path, portal_crawler: Run) -> None:
    file = file_in(tmp_path)
    done = portal_crawler("schedule", file.path)
    program = done.stdout.splitlines()[-1].split(" ")[5]
    assert Path(program).is_absolute()
    assert Path(program).parent == Path(sys.executable).parent
    done = portal_crawler("schedule", file.path, "--as", "systemd", "--output", tmp_path / "units")
    names = sorted(path.name for path in (tmp_path / "units").iterdir())
    assert names == ["portal-crawler-collection.service", "portal-crawler-collection.timer"]
    assert "systemctl enable --now portal-crawler-collection.timer" in done.stdout
    assert done.stdout.startswith(f"mkdir -p {tmp_path / 'archive'} && ")
    done = portal_crawler("schedule", file.path, "--as", "anacron", expect=2)
    assert "crontab, systemd" in done.stderr
