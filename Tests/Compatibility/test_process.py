"""The command-line program as a process: exit codes, and what a kill leaves behind."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import pytest

pytestmark = pytest.mark.gateway
BIN = os.environ["PENNYWEIGHT_BIN"]


def environment(**settings):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "PENNYWEIGHT_"))}
    return kept | settings


def run(*arguments, **settings):
    return subprocess.run(
        [BIN, *arguments], env=environment(**settings), capture_output=True, text=True, timeout=60
    )


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Process:
    """A process that says its address as `name: URL`, and is gone when the test is over."""

    def __init__(self, *arguments, **settings):
        self.process = subprocess.Popen(
            [BIN, *arguments], env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.url = self.process.stdout.readline().split(": ")[1].strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self.process.stdout.close()


def wait_until(condition, patience=20):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def report(data):
    return json.loads(run("report", "--format", "json", "--data", data).stdout)


def question(text, **fields):
    body = {"model": "gpt-4o-mini", "max_tokens": 200, "messages": [{"role": "user", "content": text}], **fields}
    return json.dumps(body).encode()


def post(url, body, **headers):
    fields = {"content-type": "application/json", "authorization": "Bearer test", **headers}
    return urllib.request.urlopen(urllib.request.Request(url + "/chat/completions", data=body, headers=fields), timeout=30)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["serve", "--no-such-flag"], 64, "--no-such-flag"),
        (["report", "--by", "color"], 64, "color"),
        (["report", "--since", "yesterday"], 64, "yesterday"),
        (["serve", "--port", "70000"], 78, "port"),
        (["serve", "--simulate", "--host", "0.0.0.0"], 78, "loopback"),
        (["serve"], 78, "OPENAI_API_KEY"),
        (["serve", "--simulate", "--config", "/nonexistent.yaml"], 78, "/nonexistent.yaml"),
        (["serve", "--simulate", "--port", "0", "--data", "/dev/null"], 74, "/dev/null"),
        (["report", "--data", "/nonexistent"], 74, "/nonexistent"),
        (["doctor", "--data", "/dev/null"], 1, "/dev/null"),
    ],
)
def test_exit_codes_tell_what_is_wrong(arguments, code, words):
    result = run(*arguments)
    assert result.returncode == code, result.stderr
    assert words in result.stdout + result.stderr


def test_a_taken_port_is_said(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--simulate", "--port", str(port), "--data", str(tmp_path))
    assert result.returncode == 78
    assert str(port) in result.stderr


def test_nothing_is_colored_in_a_pipe(tmp_path):
    with Process("serve", "--simulate", "--port", "0", "--data", str(tmp_path)) as gateway:
        post(gateway.url, question("color?"), **{"x-simulate-pace-ms": "0"}).read()
        printed = run("report", "--data", str(tmp_path)).stdout
    assert "gpt-4o-mini" in printed
    assert "\x1b" not in printed


def test_kill_9_in_a_stream_loses_nothing(tmp_path):
    data = str(tmp_path)
    with Process("simulate", "--port", "0", "--pace-ms", "50") as simulator:
        settings = {"OPENAI_BASE_URL": simulator.url + "/v1", "OPENAI_API_KEY": "test"}
        with Process("serve", "--port", "0", "--data", data, **settings) as gateway:
            stream = post(gateway.url, question("A long story, please.", stream=True))
            assert stream.readline().startswith(b"data:")
            assert report(data)["open_holds"] == 1
            gateway.process.send_signal(signal.SIGKILL)
            gateway.process.wait(timeout=10)
        with Process("serve", "--port", "0", "--data", data, **settings):
            wait_until(lambda: report(data)["open_holds"] == 0)
            total = report(data)["total"]
    assert total["calls"] == 1
    assert total["charged_usd"] == "0"
    assert float(total["estimated_upper_usd"]) > 0 or total["unknown_attempts"] == 1


def test_sigterm_finishes_a_running_stream(tmp_path):
    with Process("serve", "--simulate", "--port", "0", "--data", str(tmp_path)) as gateway:
        stream = post(gateway.url, question("Tell me about the tide.", stream=True), **{"x-simulate-pace-ms": "30"})
        assert stream.readline().startswith(b"data:")
        gateway.process.terminate()
        rest = stream.read()
        assert rest.rstrip().endswith(b"data: [DONE]")
        assert gateway.process.wait(timeout=30) == 0
    total = report(str(tmp_path))["total"]
    assert total["charged_usd"] != "0"
    assert total["unknown_attempts"] == 0


def test_two_gateways_share_one_ledger(tmp_path):
    data = str(tmp_path)
    with Process("simulate", "--port", "0", "--pace-ms", "0") as simulator:
        settings = {"OPENAI_BASE_URL": simulator.url + "/v1", "OPENAI_API_KEY": "test"}
        first = Process("serve", "--port", "0", "--data", data, **settings)
        second = Process("serve", "--port", "0", "--data", data, **settings)
        with first, second:
            for number in range(10):
                post(first.url, question(f"first {number}")).read()
                post(second.url, question(f"second {number}")).read()
            again = post(second.url, question("first 0"))
            assert "hit" in again.headers["cache-status"]
        with urllib.request.urlopen(simulator.url + "/simulator/charges", timeout=10) as answer:
            billed = json.load(answer)
    total = report(data)["total"]
    assert total["calls"] == 21
    assert total["charged_usd"] == billed["total"]
