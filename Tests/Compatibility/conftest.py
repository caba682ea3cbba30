"""What the tests share: clients of the gateway, a view into the simulated provider, and the ledger's report.

PENNYWEIGHT_BASE_URL       the gateway: http://127.0.0.1:8080/openai/v1
PENNYWEIGHT_SIMULATOR_URL  the root of the simulated provider behind it: http://127.0.0.1:9100
PENNYWEIGHT_DATA           the gateway's data directory
PENNYWEIGHT_BIN            the command-line program

If the base URL is the simulated provider itself, the tests that need a gateway are skipped: that is how the
simulated provider is checked against the SDK.
"""

import base64
import json
import os
import subprocess
import urllib.error
import urllib.request
import uuid
from decimal import Decimal

import openai
import pytest

BASE = os.environ["PENNYWEIGHT_BASE_URL"].rstrip("/")
SIMULATOR = os.environ["PENNYWEIGHT_SIMULATOR_URL"].rstrip("/")
IS_DIRECT = BASE.startswith(SIMULATOR + "/")
MODEL = "gpt-4o-mini"
# How every client is made: it doesn't try again by itself, so that a test sees what the gateway does, and the
# provider answers fast.
OPTIONS = {
    "base_url": BASE,
    "api_key": "test-key",
    "max_retries": 0,
    "timeout": 60,
    "default_headers": {"x-simulate-pace-ms": "1"},
}


def pytest_configure(config):
    config.addinivalue_line("markers", "gateway: needs the gateway, not only the simulated provider")


def pytest_collection_modifyitems(items):
    # The ledger is compared at the end, when every kind of call has been made.
    items.sort(key=lambda item: item.module.__name__ == "test_ledger")
    for item in items:
        if IS_DIRECT and item.get_closest_marker("gateway"):
            item.add_marker(pytest.mark.skip(reason="no gateway between"))


class Simulator:
    """What the provider behind the gateway received and charged."""

    def _get(self, path):
        with urllib.request.urlopen(SIMULATOR + path, timeout=10) as answer:
            return json.load(answer, parse_float=Decimal)

    def charges(self):
        return self._get("/simulator/charges")

    def count(self):
        return self.charges()["count"]

    def bodies(self):
        """The bodies of the last requests, byte for byte, oldest first."""
        return [base64.b64decode(request["body"]) for request in self._get("/simulator/requests")["requests"]]


class Ledger:
    """The ledger as the command line reports it."""

    def report(self):
        command = [os.environ["PENNYWEIGHT_BIN"], "report", "--format", "json", "--data", os.environ["PENNYWEIGHT_DATA"]]
        result = subprocess.run(command, check=True, capture_output=True, timeout=60)
        return json.loads(result.stdout, parse_float=Decimal)


@pytest.fixture
def simulator():
    return Simulator()


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def client():
    with openai.OpenAI(**OPTIONS) as client:
        yield client


@pytest.fixture
def question():
    """A question that was never asked before."""
    return {"model": MODEL, "messages": [{"role": "user", "content": f"Tell me about {uuid.uuid4()}."}]}


def post(path, body, headers=None):
    """Sends bytes as they are; gives status, header fields and JSON."""
    fields = {"Authorization": "Bearer test-key", "Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(BASE + path, data=body, headers=fields, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.load(error)


def text_of(chunks, index=0):
    """The content of one choice, joined."""
    deltas = [choice.delta for chunk in chunks for choice in chunk.choices if choice.index == index]
    return "".join(delta.content or "" for delta in deltas)


def is_hit(headers):
    """True if the answer came from the cache (RFC 9211 section 2.1)."""
    return any(part.strip() == "hit" for part in headers.get("cache-status", "").split(";"))
