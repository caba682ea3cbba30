"""Each error of the provider arrives as the exception that the SDK has for it."""

import json

import openai
import pytest
from conftest import OPTIONS, post


@pytest.mark.parametrize(
    "fault, kind, status, code",
    [
        ("400", openai.BadRequestError, 400, None),
        ("context", openai.BadRequestError, 400, "context_length_exceeded"),
        ("401", openai.AuthenticationError, 401, "invalid_api_key"),
        ("403", openai.PermissionDeniedError, 403, None),
        ("404", openai.NotFoundError, 404, "model_not_found"),
        ("409", openai.ConflictError, 409, None),
        ("422", openai.UnprocessableEntityError, 422, None),
        ("429", openai.RateLimitError, 429, "rate_limit_exceeded"),
        ("quota", openai.RateLimitError, 429, "insufficient_quota"),
        ("500", openai.InternalServerError, 500, None),
        ("503", openai.InternalServerError, 503, "server_is_overloaded"),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
def test_status(client, question, fault, kind, status, code, streamed):
    with pytest.raises(kind) as caught:
        client.chat.completions.create(**question, stream=streamed, extra_headers={"x-simulate": fault})
    error = caught.value
    assert error.status_code == status
    assert error.code == code
    assert error.body["message"]
    assert set(error.body) >= {"message", "type", "param", "code"}
    assert error.request_id
    if fault == "429":
        assert error.response.headers["retry-after"] == "1"


def test_the_model_can_choose_the_fault(client, question):
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(**{**question, "model": "simulated/404"})


def test_an_html_page_is_an_error_in_openais_shape(client, question):
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(**question, extra_headers={"x-simulate": "html"})
    assert caught.value.status_code == 502
    assert caught.value.request_id


@pytest.mark.gateway
def test_an_html_page_has_an_envelope(client, question):
    with pytest.raises(openai.InternalServerError) as caught:
        client.chat.completions.create(**question, extra_headers={"x-simulate": "html"})
    assert set(caught.value.body) >= {"message", "type", "param", "code"}


@pytest.mark.parametrize("fault", ["cut", "error-event"])
def test_a_stream_that_breaks_off_raises(client, question, fault):
    stream = client.chat.completions.create(**question, stream=True, extra_headers={"x-simulate": fault})
    chunks = []
    with pytest.raises(openai.APIError):
        for chunk in stream:
            chunks.append(chunk)
    assert chunks


@pytest.mark.gateway
def test_a_stream_that_breaks_off_can_be_asked_again(client, question):
    fault = {"x-simulate": "cut-once"}
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(**question, stream=True, extra_headers=fault))
    chunks = list(client.chat.completions.create(**question, stream=True, extra_headers=fault))
    assert chunks[-1].choices[0].finish_reason == "stop"


@pytest.mark.gateway
@pytest.mark.parametrize("streamed", [False, True])
def test_the_gateway_tries_again(client, question, streamed):
    raw = client.chat.completions.with_raw_response.create(
        **question, stream=streamed, extra_headers={"x-simulate": "500-twice"}
    )
    answer = raw.parse()
    assert list(answer) if streamed else answer.choices
    assert raw.headers["x-pennyweight-attempts"] == "3"


def test_a_request_that_is_not_json(question):
    status, headers, body = post("/chat/completions", b'{"model": "gpt-4o-mini", "messages": [}')
    assert status == 400
    assert body["error"]["type"] == "invalid_request_error"
    assert "line 1, column 39" in body["error"]["message"]
    assert headers["x-request-id"]


@pytest.mark.parametrize("change", [{"messages": []}, {"n": 0}])
def test_the_providers_own_refusal_arrives(client, question, change):
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(**{**question, **change})
    assert caught.value.param == list(change)[0]
    assert caught.value.request_id


def test_an_unknown_path(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.post("/nothing/here", cast_to=object, body={})
    assert caught.value.body["type"] == "invalid_request_error"
    assert caught.value.request_id


@pytest.mark.gateway
def test_nobody_listens(question):
    with openai.OpenAI(**{**OPTIONS, "base_url": "http://127.0.0.1:9/v1"}) as client:
        with pytest.raises(openai.APIConnectionError):
            client.chat.completions.create(**question)


def test_a_slow_answer_times_out(client, question):
    with pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(**question, timeout=0.5, extra_headers={"x-simulate": "hang"})


def test_errors_are_json_for_those_who_read_them_by_hand(question):
    body = json.dumps({**question, "messages": []}).encode()
    status, headers, answer = post("/chat/completions", body)
    assert status == 400
    assert headers["content-type"].startswith("application/json")
    assert answer["error"]["code"] == "empty_array"
