"""An image that was paid for is given as a URL or in base64, whichever is asked for."""

import base64
import urllib.error
import urllib.request
import uuid

import pytest
from conftest import is_hit

pytestmark = pytest.mark.gateway

PNG = b"\x89PNG\r\n\x1a\n"


def draw(client, prompt, model="dall-e-3", **more):
    """Asks for an image; gives header fields and the answer."""
    raw = client.images.with_raw_response.generate(model=model, prompt=prompt, size="1024x1024", **more)
    return raw.headers, raw.parse()


def fetch(url, headers=None, method="GET"):
    """What lies under a URL: status, header fields and bytes."""
    request = urllib.request.Request(url, headers=headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture
def prompt():
    """A prompt that was never used before."""
    return f"A still life with {uuid.uuid4()}"


@pytest.mark.parametrize("forms", [("b64_json", "url"), ("url", "b64_json"), ("url", "url")])
def test_both_forms_from_one_original(client, prompt, simulator, forms):
    before = simulator.count()
    first_headers, first = draw(client, prompt, response_format=forms[0])
    headers, second = draw(client, prompt, response_format=forms[1])
    assert not is_hit(first_headers) and is_hit(headers)
    assert headers["x-pennyweight-cost"] == "0"
    assert simulator.count() == before + 1
    images = []
    for form, answer in zip(forms, (first, second)):
        item = answer.data[0]
        if form == "url":
            assert item.b64_json is None and "/media/" in item.url
            status, fields, content = fetch(item.url)
            assert status == 200 and fields["content-type"] == "image/png"
            images.append(content)
        else:
            assert item.url is None
            images.append(base64.b64decode(item.b64_json, validate=True))
    assert images[0] == images[1] and images[0].startswith(PNG)


def test_url_takes_ranges_and_no_changes(client, prompt):
    _, answer = draw(client, prompt)
    url = answer.data[0].url
    status, fields, content = fetch(url, {"Range": "bytes=0-7"})
    assert status == 206 and content == PNG and fields["content-range"].startswith("bytes 0-7/")
    status, fields, content = fetch(url, method="HEAD")
    assert status == 200 and content == b"" and int(fields["content-length"]) > 8
    assert fetch(url.replace(".png", ".gif"))[0] == 403
    assert fetch(url.split("?")[0])[0] == 403


def test_token_models_give_base64_only(client, prompt, simulator):
    before = simulator.count()
    first_headers, first = draw(client, prompt, model="gpt-image-1", quality="low")
    headers, second = draw(client, prompt, model="gpt-image-1", quality="low")
    assert is_hit(headers) and headers["x-pennyweight-cost"] == "0"
    assert headers["x-pennyweight-saved"] == first_headers["x-pennyweight-cost"]
    assert second.to_dict() == first.to_dict()
    assert second.usage.output_tokens > 0 and second.data[0].url is None
    assert simulator.count() == before + 1


def test_an_image_that_cannot_be_fetched_is_not_stored(client, prompt, simulator):
    before = simulator.count()
    for _ in range(2):
        headers, answer = draw(client, prompt, extra_headers={"x-simulate-image": "redirect"})
        assert not is_hit(headers) and "detail=media-not-fetched" in headers["cache-status"]
        assert "/images/" in answer.data[0].url
    assert simulator.count() == before + 2
