"""What a caller may say to the cache, as OpenAI's and LiteLLM's users say it."""

import base64
import json

import openai
import pytest
from conftest import is_hit, post
from test_cache import ask

pytestmark = pytest.mark.gateway


def test_litellm_no_cache_in_the_body(client, question, simulator):
    before = simulator.count()
    _, first = ask(client, question)
    headers, second = ask(client, question, extra_body={"cache": {"no-cache": True}})
    assert not is_hit(headers) and "fwd=request" in headers["cache-status"]
    assert second.id != first.id
    again, third = ask(client, question)
    assert is_hit(again) and third.id == second.id
    assert simulator.count() == before + 2


def test_litellm_no_store_and_namespace(client, question):
    headers, _ = ask(client, question, extra_body={"cache": {"no-store": True}})
    assert "stored" not in headers["cache-status"].split("; ")
    headers, _ = ask(client, question, extra_body={"cache": {"namespace": "mine", "ttl": 600}})
    assert "fwd=uri-miss" in headers["cache-status"]
    headers, _ = ask(client, question, extra_body={"cache": {"namespace": "mine", "s-maxage": 600}})
    assert is_hit(headers)
    headers, _ = ask(client, question)
    assert not is_hit(headers)


def test_the_member_never_reaches_the_provider(client, question, simulator):
    body = json.dumps({**question, "cache": {"ttl": 60}, "z": 1}).encode()
    assert post("/chat/completions", body)[0] == 200
    assert simulator.bodies()[-1] == json.dumps({**question, "z": 1}).encode()


def test_replay_or_error_before_and_after_recording(client, question, simulator):
    before = simulator.count()
    replay = {"X-Pennyweight-Replay": "replay-or-error"}
    with pytest.raises(openai.NotFoundError) as missing:
        ask(client, question, extra_headers=replay)
    assert missing.value.code == "recording_not_found"
    assert simulator.count() == before
    recorded, first = ask(client, question, extra_headers={"X-Pennyweight-Replay": "record"})
    headers, second = ask(client, question, extra_headers=replay)
    assert is_hit(headers) and second.id == first.id
    assert headers["x-pennyweight-recording"] == recorded["x-pennyweight-recording"]
    other = {**question, "messages": [{"role": "user", "content": "something else"}]}
    pin = {"X-Pennyweight-Replay-Recording": recorded["x-pennyweight-recording"]}
    headers, third = ask(client, other, extra_headers=pin)
    assert is_hit(headers) and third.id == first.id
    assert simulator.count() == before + 1


@pytest.mark.parametrize("name", ["X-Pennyweight-Replay", "X-Lumenfall-Replay"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_mock_is_what_the_sdk_expects(client, question, simulator, name, stream):
    before = simulator.count()
    headers, answer = ask(client, question, stream=stream, extra_headers={name: "mock"})
    assert headers["cache-status"] == "Pennyweight; detail=mock"
    if stream:
        assert "".join(chunk.choices[0].delta.content or "" for chunk in answer if chunk.choices)
        assert answer[0].id == "chatcmpl-mock"
    else:
        assert answer.choices[0].message.content and answer.id == "chatcmpl-mock"
        assert headers["x-pennyweight-cost"] == "0"
    assert simulator.count() == before


def test_a_mocked_image_is_an_image(client, simulator):
    before = simulator.count()
    answer = client.images.generate(
        model="gpt-image-1", prompt="a cat", extra_headers={"X-Pennyweight-Replay": "mock"}
    )
    assert base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG")
    assert simulator.count() == before


def test_an_unknown_mode_is_refused(client, question, simulator):
    before = simulator.count()
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, question, extra_headers={"X-Pennyweight-Replay": "mocked"})
    assert "x-pennyweight-replay" in str(refused.value) and "replay-or-mock" in str(refused.value)
    assert refused.value.param == "x-pennyweight-replay"
    assert simulator.count() == before
