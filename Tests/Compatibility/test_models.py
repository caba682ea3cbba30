"""The models of the provider."""

import openai
import pytest


def test_list(client):
    page = client.models.list()
    models = list(page)
    assert "gpt-4o-mini" in [model.id for model in models]
    assert {model.object for model in models} == {"model"}
    assert all(model.owned_by and model.created for model in models)
    assert page._request_id


def test_retrieve(client):
    model = client.models.retrieve("gpt-4o-mini")
    assert model.id == "gpt-4o-mini"
    assert model._request_id


def test_retrieve_a_name_with_a_slash(client):
    assert client.models.retrieve("simulated/cut").id == "simulated/cut"


def test_a_model_that_does_not_exist(client):
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("no-such-model")
    assert caught.value.code == "model_not_found"
    assert caught.value.request_id
