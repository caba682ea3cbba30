"""The second identical call costs nothing, whoever asks and however it is delivered."""

import asyncio

import openai
import pytest
from conftest import OPTIONS, is_hit, text_of
from test_chat import CLOCK, WEATHER

pytestmark = pytest.mark.gateway


def ask(client, question, **more):
    """Asks, reads the answer to its end; gives header fields and the answer (a list of chunks for a stream)."""
    raw = client.chat.completions.with_raw_response.create(**question, **more)
    answer = raw.parse()
    return raw.headers, list(answer) if more.get("stream") else answer


def test_plain_then_plain(client, question, simulator):
    before = simulator.count()
    first_headers, first = ask(client, question)
    headers, second = ask(client, question)
    assert not is_hit(first_headers)
    assert is_hit(headers)
    assert headers["x-pennyweight-cost"] == "0"
    assert headers["x-pennyweight-saved"] == first_headers["x-pennyweight-cost"]
    assert second.to_dict() == first.to_dict()
    assert int(headers["age"]) >= 0
    assert simulator.count() == before + 1


def test_stream_then_plain(client, question, simulator):
    before = simulator.count()
    _, chunks = ask(client, question, stream=True)
    headers, plain = ask(client, question)
    assert is_hit(headers) and headers["x-pennyweight-cost"] == "0"
    assert plain.id == chunks[0].id
    assert plain.choices[0].message.content == text_of(chunks)
    assert plain.usage.total_tokens > 0
    assert simulator.count() == before + 1


def test_plain_then_stream(client, question, simulator):
    before = simulator.count()
    _, plain = ask(client, question)
    headers, chunks = ask(client, question, stream=True)
    assert is_hit(headers) and headers["x-pennyweight-cost"] == "0"
    assert chunks[0].id == plain.id
    assert text_of(chunks) == plain.choices[0].message.content
    assert all("usage" not in chunk.model_fields_set for chunk in chunks)
    assert simulator.count() == before + 1


def test_one_entry_for_every_wish_about_usage(client, question, simulator):
    before = simulator.count()
    ask(client, question, stream=True)
    headers, chunks = ask(client, question, stream=True, stream_options={"include_usage": True})
    assert is_hit(headers)
    assert chunks[-1].choices == [] and chunks[-1].usage.total_tokens > 0
    assert simulator.count() == before + 1


@pytest.mark.parametrize("more", [{"n": 3}, {"tools": [WEATHER, CLOCK]}, {"logprobs": True, "top_logprobs": 2}])
def test_every_shape_of_answer_is_kept(client, question, more):
    _, chunks = ask(client, question, stream=True, **more)
    headers, plain = ask(client, question, **more)
    again, replayed = ask(client, question, stream=True, **more)
    assert is_hit(headers) and is_hit(again)
    for choice in plain.choices:
        assert (choice.message.content or "") == text_of(chunks, choice.index) == text_of(replayed, choice.index)
    if "tools" in more:
        assert len(plain.choices[0].message.tool_calls) == 2
    if "logprobs" in more:
        tokens = [token.token for token in plain.choices[0].logprobs.content]
        assert "".join(tokens) == plain.choices[0].message.content


def test_sync_and_async_clients_share(client, question):
    _, first = ask(client, question)

    async def run():
        async with openai.AsyncOpenAI(**OPTIONS) as other:
            raw = await other.chat.completions.with_raw_response.create(**question)
            return raw.headers, raw.parse()

    headers, second = asyncio.run(run())
    assert is_hit(headers)
    assert second.id == first.id


def test_what_changes_the_answer_changes_the_key(client, question, simulator):
    before = simulator.count()
    for more in [{}, {"temperature": 0.5}, {"extra_body": {"top_k": 1}}, {"extra_body": {"top_k": 2}}, {"n": 2}]:
        headers, _ = ask(client, question, **more)
        assert not is_hit(headers), more
    assert simulator.count() == before + 5


def test_no_cache_asks_the_provider_again(client, question):
    _, first = ask(client, question)
    headers, second = ask(client, question, extra_headers={"Cache-Control": "no-cache"})
    assert not is_hit(headers)
    assert second.id != first.id


@pytest.mark.parametrize("fault", ["cut", "error-event", "malformed"])
def test_a_broken_stream_is_never_kept(client, question, fault):
    with pytest.raises(Exception):
        ask(client, question, stream=True, extra_headers={"x-simulate": fault})
    headers, answer = ask(client, question)
    assert not is_hit(headers)
    assert answer.choices[0].finish_reason == "stop"


def test_every_answer_says_what_it_cost(client, question):
    headers, answer = ask(client, question)
    assert headers["x-request-id"]
    assert headers["x-pennyweight-provider"] == "openai"
    assert headers["x-pennyweight-model"] == answer.model
    assert headers["x-pennyweight-cost-status"] == "exact"
    assert headers["x-pennyweight-attempts"] == "1"
    assert float(headers["x-pennyweight-cost"]) > 0
