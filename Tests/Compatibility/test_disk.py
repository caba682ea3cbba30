"""A disk that is full, or can't be written: spending stops before anything goes upstream, hits go on, and it resumes.

The limit on the size of files (RLIMIT_FSIZE) stands for a full disk where nothing may be mounted; as root, a small
tmpfs is filled for real.
"""

import json
import os
import resource
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request

import pytest

from test_process import Process, post, question, report, run, wait_until

pytestmark = pytest.mark.gateway


class FileLimit:
    """No file of the gateway may grow beyond what the ledger's log has now."""

    def __init__(self, gateway, data):
        self.process = gateway.process.pid
        self.before = resource.prlimit(self.process, resource.RLIMIT_FSIZE)
        self.limit = 4096

    def fill(self):
        resource.prlimit(self.process, resource.RLIMIT_FSIZE, (self.limit, self.before[1]))

    def free(self):
        resource.prlimit(self.process, resource.RLIMIT_FSIZE, self.before)


class FullDisk:
    """Takes all the space that is left on the disk of the data directory."""

    def __init__(self, gateway, data):
        self.filler = os.path.join(os.path.dirname(data), "filler")

    def fill(self):
        with open(self.filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65_536)
            except OSError:
                pass
            try:
                while True:
                    file.write(b"\0")
            except OSError:
                pass

    def free(self):
        os.unlink(self.filler)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 8 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", place], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("nothing may be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def billed(simulator):
    with urllib.request.urlopen(simulator.url + "/simulator/attempts", timeout=10) as answer:
        return json.load(answer)["attempts"]


def refusal(url, text):
    """The status and the error of a call that must not succeed."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(url, question(text))
    return caught.value.code, json.load(caught.value)["error"]


def check_a_full_disk(data, make, monkeypatch):
    # Without this the system would end a process that writes beyond its limit, where SQLite should see an error.
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: popen(*a, restore_signals=False, **k))
    try:
        with Process("simulate", "--port", "0", "--pace-ms", "0") as simulator:
            settings = {"OPENAI_BASE_URL": simulator.url + "/v1", "OPENAI_API_KEY": "test"}
            with Process("serve", "--port", "0", "--data", data, **settings) as gateway:
                post(gateway.url, question("before")).read()
                disk = make(gateway, data)
                disk.fill()
                arrived = len(billed(simulator))
                for number in range(20):
                    try:
                        post(gateway.url, question(f"while full {number}")).read()
                    except urllib.error.HTTPError as error:
                        assert error.code == 503
                        break
                else:
                    pytest.fail("the disk is full, and calls go on")
                paid = len(billed(simulator))
                status, error = refusal(gateway.url, "full")
                assert status == 503 and "ledger" in error["message"].lower(), error
                assert len(billed(simulator)) == paid, "a call was paid for that no ledger remembers"
                assert paid - arrived <= 19
                again = post(gateway.url, question("before"))
                assert "hit" in again.headers["cache-status"]
                assert again.read()
                disk.free()
                wait_until(lambda: succeeds(gateway.url, "after"))
                post(gateway.url, question("after all")).read()
            bill = billed(simulator)
    finally:
        signal.signal(signal.SIGXFSZ, previous)
    with sqlite3.connect(os.path.join(data, "ledger.sqlite")) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    total = report(data)
    assert total["open_holds"] == 0
    assert sum(1 for attempt in bill if attempt["outcome"]) <= total["total"]["calls"]
    assert float(total["total"]["charged_usd"]) > 0


def succeeds(url, text):
    try:
        post(url, question(text)).read()
        return True
    except urllib.error.HTTPError:
        return False


def test_a_ledger_that_may_not_grow_stops_spending_and_resumes(tmp_path, monkeypatch):
    check_a_full_disk(str(tmp_path / "data"), FileLimit, monkeypatch)


def test_a_full_disk_stops_spending_and_resumes(small_disk, monkeypatch):
    check_a_full_disk(str(small_disk / "data"), FullDisk, monkeypatch)


def test_a_ledger_that_can_only_be_read_is_refused_at_the_start(tmp_path):
    if os.geteuid() == 0:
        pytest.skip("root may write to every file")
    data = str(tmp_path)
    with Process("serve", "--simulate", "--port", "0", "--data", data) as gateway:
        post(gateway.url, question("once")).read()
    os.chmod(tmp_path / "ledger.sqlite", 0o400)
    result = run("serve", "--simulate", "--port", "0", "--data", data)
    assert result.returncode == 74
    assert "ledger.sqlite" in result.stderr


def test_a_disk_that_can_only_be_read_is_refused_at_the_start(small_disk):
    data = str(small_disk / "data")
    with Process("serve", "--simulate", "--port", "0", "--data", data) as gateway:
        post(gateway.url, question("once")).read()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    result = run("serve", "--simulate", "--port", "0", "--data", data)
    assert result.returncode == 74
    assert "ledger.sqlite" in result.stderr
