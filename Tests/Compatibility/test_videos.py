"""Videos of several accounts behind one key of the provider, as OpenAI's SDK meets them: always as forms."""

import io

import openai
import pytest
from conftest import OPTIONS
from test_keys import create, get
from test_process import Process

pytestmark = pytest.mark.gateway
VIDEO = {"model": "sora-2", "prompt": "A penny that rolls.", "seconds": "4"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway of its own, whose callers need keys: the base URL and the data directory."""
    data = str(tmp_path_factory.mktemp("videos") / "data")
    with Process("serve", "--simulate", "--port", "0", "--log-level", "error", "--data", data) as process:
        yield process.url, data


def caller(gateway, *arguments):
    key = create(gateway[1], *arguments)
    return key, openai.OpenAI(**{**OPTIONS, "base_url": gateway[0], "api_key": key})


def test_a_key_with_models_sends_forms(gateway):
    _, client = caller(gateway, "--account", "forms", "--models", "sora-2")
    with client:
        assert client.videos.create(**VIDEO).status == "queued"
        picture = ("a.png", io.BytesIO(b"\x89PNG\r\n\x1a\n"), "image/png")
        assert client.videos.create(**VIDEO, input_reference=picture).id
        with pytest.raises(openai.PermissionDeniedError) as caught:
            client.videos.create(**{**VIDEO, "model": "sora-2-pro"})
        assert caught.value.code == "model_not_allowed"
        with pytest.raises(openai.PermissionDeniedError):
            client.images.edit(model="gpt-image-1", prompt="p", image=picture)
        with pytest.raises(openai.PermissionDeniedError):
            client.audio.transcriptions.create(model="whisper-1", file=("a.wav", io.BytesIO(b"RIFF")))


def test_a_video_is_its_accounts_alone(gateway):
    _, mine = caller(gateway, "--account", "mine")
    _, theirs = caller(gateway, "--account", "theirs")
    with mine, theirs:
        video = mine.videos.create_and_poll(**VIDEO, poll_interval_ms=10)
        assert video.status == "completed"
        assert mine.videos.download_content(video.id).read()[4:8] == b"ftyp"
        for ask in [theirs.videos.retrieve, theirs.videos.download_content, theirs.videos.delete]:
            with pytest.raises(openai.NotFoundError) as caught:
                ask(video.id)
            assert caught.value.code == "not_found"
        assert list(theirs.videos.list()) == []
        assert [found.id for found in mine.videos.list()] == [video.id]
        assert mine.videos.delete(video.id).deleted
        assert list(mine.videos.list()) == []


def test_the_list_pages_past_other_accounts(gateway):
    _, mine = caller(gateway, "--account", "pages")
    _, theirs = caller(gateway, "--account", "between")
    with mine, theirs:
        made = []
        for _ in range(5):
            made.append(mine.videos.create(**VIDEO).id)
            theirs.videos.create(**VIDEO)
        page = mine.videos.list(limit=2)
        assert page.has_more and page.last_id == made[3]
        # The SDK follows the pages by itself.
        assert [video.id for video in mine.videos.list(limit=2)] == made[::-1]
        assert [video.id for video in mine.videos.list(limit=3, order="asc")] == made


def test_a_refused_call_is_listed(gateway, question):
    key, client = caller(gateway, "--account", "refused", "--models", "gpt-4o")
    headers = {"X-Session-Id": "compatibility", "traceparent": "00-" + "ab" * 16 + "-" + "cd" * 8 + "-01"}
    with client, pytest.raises(openai.PermissionDeniedError) as caught:
        client.chat.completions.create(**question, extra_headers=headers)
    get(gateway, "/usage", key)  # reads what was written so far, and waits for it
    call = get(gateway, "/requests/" + caught.value.request_id, key)
    assert call["status"] == "rejected" and call["error_code"] == "not_allowed"
    assert call["session_id"] == "compatibility" and call["trace_id"] == "ab" * 16
    assert call["cost_usd"] == "0"
