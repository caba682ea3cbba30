"""Virtual keys as OpenAI's SDK meets them: made and revoked by the command line while the gateway runs."""

import json
import subprocess
import urllib.error
import urllib.request
from decimal import Decimal

import openai
import pytest
from conftest import OPTIONS
from test_process import BIN, Process, environment

pytestmark = pytest.mark.gateway
ADMIN = "admin-0123456789-0123456789-0123456789"


def keys(data, *arguments):
    command = [BIN, "keys", *arguments, "--data", data]
    return subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)


def create(data, *arguments):
    result = keys(data, "create", "--quiet", *arguments)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout.strip()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway of its own, whose callers need keys: the base URL and the data directory."""
    data = str(tmp_path_factory.mktemp("keys") / "data")
    arguments = ["serve", "--simulate", "--port", "0", "--log-level", "error", "--data", data]
    with Process(*arguments, PENNYWEIGHT_ADMIN_KEY=ADMIN) as process:
        yield process.url, data


def client(gateway, key):
    return openai.OpenAI(**{**OPTIONS, "base_url": gateway[0], "api_key": key})


def get(gateway, path, key):
    request = urllib.request.Request(gateway[0] + path, headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer, parse_float=Decimal)


def test_a_key_works_until_it_is_revoked(gateway, question):
    key = create(gateway[1], "--account", "acme/search")
    with client(gateway, key) as caller:
        assert caller.chat.completions.create(**question).choices
        assert list(caller.chat.completions.create(**question, stream=True))
        revoked = keys(gateway[1], "revoke", key.split("_")[1])
        assert revoked.returncode == 0
        for streamed in [False, True]:
            with pytest.raises(openai.AuthenticationError) as caught:
                caller.chat.completions.create(**question, stream=streamed)
            assert caught.value.code == "invalid_api_key"
            assert key not in str(caught.value) and key[-43:] not in str(caught.value.body)


@pytest.mark.parametrize("key", ["test-key", "pw_short", "pw_" + "a" * 16 + "_" + "A" * 43])
def test_what_is_no_key_is_refused(gateway, question, key):
    create(gateway[1], "--account", "acme")
    with client(gateway, key) as caller, pytest.raises(openai.AuthenticationError) as caught:
        caller.chat.completions.create(**question)
    assert caught.value.code == "invalid_api_key"
    assert caught.value.request_id
    assert key not in caught.value.body["message"]


def test_a_key_asks_for_its_models_only(gateway, question):
    key = create(gateway[1], "--account", "acme", "--models", "gpt-4o-mini*")
    with client(gateway, key) as caller:
        assert caller.chat.completions.create(**question).choices
        with pytest.raises(openai.PermissionDeniedError) as caught:
            caller.chat.completions.create(**{**question, "model": "gpt-4o"})
        assert caught.value.code == "model_not_allowed"
        assert caught.value.param == "model"
        names = [model.id for model in caller.models.list()]
        assert names and all(name.startswith("gpt-4o-mini") for name in names)


def test_a_key_uses_its_routes_only(gateway, question):
    key = create(gateway[1], "--account", "acme", "--routes", "/chat/completions")
    with client(gateway, key) as caller:
        assert caller.chat.completions.create(**question).choices
        with pytest.raises(openai.PermissionDeniedError) as caught:
            caller.embeddings.create(model="text-embedding-3-small", input="x")
        assert caught.value.code == "route_not_allowed"


def test_the_native_api_tells_what_a_call_cost(gateway, question):
    key = create(gateway[1], "--account", "acme/native")
    with client(gateway, key) as caller:
        raw = caller.chat.completions.with_raw_response.create(**question)
    call = get(gateway, "/requests/" + raw.headers["x-request-id"], key)
    assert call["status"] == "completed"
    assert call["key_id"] == key.split("_")[1]
    assert call["cost"] == Decimal(call["cost_usd"]) == Decimal(raw.headers["x-pennyweight-cost"])
    usage = get(gateway, "/usage?group_by=model", key)
    assert Decimal(usage["total"]["charged_usd"]) == call["cost"]
    listed = get(gateway, "/requests?summary=true", key)
    assert [entry["id"] for entry in listed["data"]] == [call["id"]]
    assert listed["summary"]["count"] == 1


def test_the_list_of_keys_has_no_secret(gateway):
    key = create(gateway[1], "--account", "acme", "--name", "listed")
    result = keys(gateway[1], "list", "--format", "json")
    entry = json.loads(result.stdout)["data"][0]
    assert entry["id"] == key.split("_")[1]
    assert entry["name"] == "listed"
    assert key[-43:] not in result.stdout
    assert entry["last_four"] == key[-4:]
    table = keys(gateway[1], "list")
    assert entry["id"] in table.stdout and key[-43:] not in table.stdout


def test_the_command_line_says_what_is_wrong(gateway):
    assert keys(gateway[1], "create", "--account", "a b").returncode == 64
    missing = keys(gateway[1], "revoke", "nosuchkey")
    assert missing.returncode == 74
    assert "nosuchkey" in missing.stderr
    spoken = keys(gateway[1], "create", "--account", "acme")
    assert spoken.stdout.count("\n") == 1
    assert spoken.stdout.strip() not in spoken.stderr


def test_other_machines_are_refused_without_keys(tmp_path):
    command = [BIN, "serve", "--simulate", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path / "data")]
    result = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert result.returncode == 78
    assert "serves loopback only until keys are configured" in result.stderr
