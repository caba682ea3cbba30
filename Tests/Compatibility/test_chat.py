"""Chat completions, plain and streamed, through the sync and the async client."""

import asyncio
import json

import openai
import pytest
from conftest import BASE, IS_DIRECT, OPTIONS, post, text_of

WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["C", "F"]}, "days": {"type": "integer"}},
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object", "properties": {}}}}


def test_plain(client, question):
    answer = client.chat.completions.create(**question)
    assert answer.object == "chat.completion"
    assert answer.model == "gpt-4o-mini-2024-07-18"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer._request_id


def test_streamed(client, question):
    with client.chat.completions.create(**question, stream=True) as stream:
        chunks = list(stream)
    assert text_of(chunks)
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_streamed_has_the_text_of_plain(client, question):
    streamed = text_of(client.chat.completions.create(**question, stream=True))
    assert streamed == client.chat.completions.create(**question).choices[0].message.content


def test_async(question):
    async def run():
        async with openai.AsyncOpenAI(**OPTIONS) as client:
            plain = await client.chat.completions.create(**question)
            stream = await client.chat.completions.create(**question, stream=True)
            return plain, [chunk async for chunk in stream]

    plain, chunks = asyncio.run(run())
    assert text_of(chunks) == plain.choices[0].message.content


def test_many_at_once(question):
    async def run():
        async with openai.AsyncOpenAI(**OPTIONS) as client:
            asked = [{**question, "seed": seed} for seed in range(20)]
            return await asyncio.gather(*(client.chat.completions.create(**each) for each in asked))

    texts = {answer.choices[0].message.content for answer in asyncio.run(run())}
    assert len(texts) == 20


def test_stream_helper(client, question):
    with client.chat.completions.stream(**question) as stream:
        for _ in stream:
            pass
        final = stream.get_final_completion()
    assert final.choices[0].message.content
    assert final.choices[0].finish_reason == "stop"


def test_usage_in_a_stream_if_asked(client, question):
    chunks = list(client.chat.completions.create(**question, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens > 0
    assert all(chunk.usage is None and chunk.choices for chunk in chunks[:-1])
    assert all("usage" in chunk.model_fields_set for chunk in chunks)


def test_no_usage_in_a_stream_if_not_asked(client, question):
    chunks = list(client.chat.completions.create(**question, stream=True))
    assert all(chunk.choices for chunk in chunks)
    assert all("usage" not in chunk.model_fields_set for chunk in chunks)


@pytest.mark.parametrize("streamed", [False, True])
def test_three_choices(client, question, streamed):
    if streamed:
        chunks = list(client.chat.completions.create(**question, n=3, stream=True))
        texts = [text_of(chunks, index) for index in range(3)]
    else:
        answer = client.chat.completions.create(**question, n=3)
        assert [choice.index for choice in answer.choices] == [0, 1, 2]
        texts = [choice.message.content for choice in answer.choices]
    assert all(texts) and len(set(texts)) == 3


def test_tools(client, question):
    answer = client.chat.completions.create(**question, tools=[WEATHER, CLOCK])
    calls = answer.choices[0].message.tool_calls
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.content is None
    assert [call.function.name for call in calls] == ["weather", "clock"]
    assert set(json.loads(calls[0].function.arguments)) == {"city", "unit", "days"}


def test_streamed_tools(client, question):
    chunks = list(client.chat.completions.create(**question, tools=[WEATHER, CLOCK], stream=True))
    calls = {}
    for piece in [piece for chunk in chunks for piece in chunk.choices[0].delta.tool_calls or []]:
        call = calls.setdefault(piece.index, {"id": piece.id, "name": piece.function.name, "arguments": ""})
        call["arguments"] += piece.function.arguments or ""
    plain = client.chat.completions.create(**question, tools=[WEATHER, CLOCK]).choices[0].message.tool_calls
    assert chunks[-1].choices[0].finish_reason == "tool_calls"
    assert [call["name"] for call in calls.values()] == ["weather", "clock"]
    assert [call["arguments"] for call in calls.values()] == [call.function.arguments for call in plain]
    assert all(call["id"] for call in calls.values())


def test_named_tool_and_result(client, question):
    choice = {"type": "function", "function": {"name": "clock"}}
    answer = client.chat.completions.create(**question, tools=[WEATHER, CLOCK], tool_choice=choice)
    message = answer.choices[0].message
    assert [call.function.name for call in message.tool_calls] == ["clock"]
    result = {"role": "tool", "tool_call_id": message.tool_calls[0].id, "content": "It is noon."}
    messages = question["messages"] + [message.model_dump(exclude_none=True), result]
    final = client.chat.completions.create(model=question["model"], messages=messages, tools=[WEATHER, CLOCK])
    assert final.choices[0].message.content


def test_limit_and_json_mode(client, question):
    short = client.chat.completions.create(**question, max_completion_tokens=3)
    assert short.choices[0].finish_reason == "length"
    assert short.usage.completion_tokens == 3
    typed = client.chat.completions.create(**question, response_format={"type": "json_object"})
    assert isinstance(json.loads(typed.choices[0].message.content), dict)


def test_reasoning_tokens(client, question):
    answer = client.chat.completions.create(**{**question, "model": "o3-mini"}, reasoning_effort="high")
    assert 0 < answer.usage.completion_tokens_details.reasoning_tokens < answer.usage.completion_tokens


@pytest.mark.parametrize("streamed", [False, True])
def test_text_of_every_script(client, question, streamed):
    text = "naïve 🙂 日本語 \u2028 \" \\ \n end"
    question["messages"].append({"role": "user", "content": text})
    answer = client.chat.completions.create(**question, logprobs=True, stream=streamed)
    if streamed:
        assert text_of(answer)
    else:
        tokens = answer.choices[0].logprobs.content
        assert "".join(token.token for token in tokens) == answer.choices[0].message.content


def test_unknown_parameters_reach_the_provider(client, question, simulator):
    extra = {"top_k": 40, "big": 9007199254740993, "nested": {"list": [1, True, None]}}
    answer = client.chat.completions.create(**question, extra_body=extra)
    assert answer.model_extra["unknown_parameters"] == extra
    sent = json.loads(simulator.bodies()[-1])
    assert {name: sent[name] for name in extra} == extra


def test_a_plain_body_reaches_the_provider_byte_for_byte(question, simulator):
    content = question["messages"][0]["content"]
    body = (
        '{ "model":"gpt-4o-mini",\n "messages" : [{"role":"user","content":"%s caf\\u00e9 é"}],'
        ' "temperature": 1.0, "seed": -9223372036854775808, "x": 1e2 }' % content
    ).encode()
    status, _, _ = post("/chat/completions", body)
    assert status == 200
    assert simulator.bodies()[-1] == body


@pytest.mark.gateway
def test_both_base_urls_serve_the_same(client, question):
    answer = client.chat.completions.create(**question)
    with openai.OpenAI(**{**OPTIONS, "base_url": BASE.replace("/openai/v1", "/v1")}) as other:
        assert other.chat.completions.create(**question).id == answer.id


def test_this_is_the_right_place():
    assert IS_DIRECT or BASE.endswith("/openai/v1")
