"""The local providers of language models are true: the official clients take their answers, streams and errors."""

import json

import anthropic
import ollama
import openai
import pytest

from model_server import model_server

TEXT = "Bonjour à tous 👋"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION = {"type": "function", "function": {"name": "weather", "description": "Tells it", "parameters": SCHEMA}}


def said(text: str) -> list[dict]:
    return [{"role": "user", "content": text}]


class TestAnthropic:
    @pytest.fixture(scope="class")
    @classmethod
    def url(cls):
        with model_server("anthropic") as url:
            yield url

    @pytest.fixture(scope="class")
    @classmethod
    def client(cls, url):
        with anthropic.Anthropic(base_url=url, api_key="sk-test", max_retries=0) as client:
            yield client

    TOOLS = [{"name": "weather", "description": "Tells it", "input_schema": SCHEMA}]

    def ask(self, client, messages, **options):
        return client.messages.create(model="test", max_tokens=100, messages=messages, tools=self.TOOLS, **options)

    def test_answer(self, client):
        message = self.ask(client, said("hello"))
        assert [block.text for block in message.content] == [TEXT]
        assert message.stop_reason == "end_turn"
        assert (message.usage.input_tokens, message.usage.output_tokens) == (100, 20)

    def test_stream(self, client):
        with client.messages.stream(model="test", max_tokens=100, messages=said("hello")) as stream:
            pieces = list(stream.text_stream)
            message = stream.get_final_message()
        assert len(pieces) > 1
        assert "".join(pieces) == message.content[0].text == TEXT
        assert message.usage.output_tokens == 20

    def test_tools(self, client):
        message = self.ask(client, said("please call"))
        assert message.stop_reason == "tool_use"
        call = message.content[0]
        assert (call.name, call.input) == ("weather", {"city": "Paris"})
        result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}]}
        turns = [*said("please call"), {"role": "assistant", "content": message.content}, result]
        assert self.ask(client, turns).content[0].text == "It is sunny"
        with pytest.raises(anthropic.BadRequestError):
            self.ask(client, [*turns[:2], *said("no result")])

    def test_tools_in_a_stream(self, client):
        with client.messages.stream(model="test", max_tokens=100, messages=said("call"), tools=self.TOOLS) as stream:
            call = stream.get_final_message().content[0]
        assert (call.type, call.input) == ("tool_use", {"city": "Paris"})

    def test_the_end_of_tokens(self, client):
        assert self.ask(client, said("length")).stop_reason == "max_tokens"

    def test_errors(self, client, url):
        with pytest.raises(anthropic.RateLimitError) as limit:
            self.ask(client, said("limit"))
        assert limit.value.response.headers["retry-after"] == "1"
        with pytest.raises(anthropic.InternalServerError) as overload:
            self.ask(client, said("overload"))
        assert overload.value.status_code == 529
        with pytest.raises(anthropic.APIStatusError), client.messages.stream(
            model="test", max_tokens=100, messages=said("break")
        ) as stream:
            list(stream.text_stream)
        with pytest.raises(anthropic.AuthenticationError):
            self.ask(anthropic.Anthropic(base_url=url, api_key="wrong", max_retries=0), said("hello"))


class TestOpenAI:
    @pytest.fixture(scope="class")
    @classmethod
    def url(cls):
        with model_server("openai") as url:
            yield url

    @pytest.fixture(scope="class")
    @classmethod
    def client(cls, url):
        with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-test", max_retries=0) as client:
            yield client

    def ask(self, client, messages, **options):
        return client.chat.completions.create(model="test", messages=messages, tools=[FUNCTION], **options)

    def test_answer(self, client):
        completion = self.ask(client, said("hello"))
        assert completion.choices[0].message.content == TEXT
        assert completion.choices[0].finish_reason == "stop"
        assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (100, 20)

    def test_stream(self, client):
        chunks = list(self.ask(client, said("hello"), stream=True, stream_options={"include_usage": True}))
        pieces = [choice.delta.content for chunk in chunks for choice in chunk.choices if choice.delta.content]
        assert len(pieces) > 1
        assert "".join(pieces) == TEXT
        assert chunks[-1].usage.total_tokens == 120

    def test_tools(self, client):
        choice = self.ask(client, said("please call")).choices[0]
        assert choice.finish_reason == "tool_calls"
        call = choice.message.tool_calls[0]
        assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "Paris"})
        turns = [*said("please call"), choice.message, {"role": "tool", "tool_call_id": call.id, "content": "sunny"}]
        assert self.ask(client, turns).choices[0].message.content == "It is sunny"
        with pytest.raises(openai.BadRequestError):
            self.ask(client, turns[:2])

    def test_tools_in_a_stream(self, client):
        with client.chat.completions.stream(model="test", messages=said("call"), tools=[FUNCTION]) as stream:
            for _ in stream:
                pass
            call = stream.get_final_completion().choices[0].message.tool_calls[0]
        assert json.loads(call.function.arguments) == {"city": "Paris"}

    def test_errors(self, client, url):
        with pytest.raises(openai.RateLimitError):
            self.ask(client, said("limit"))
        with pytest.raises(openai.InternalServerError):
            self.ask(client, said("overload"))
        with pytest.raises(openai.APIError):
            list(self.ask(client, said("break"), stream=True))
        with pytest.raises(openai.AuthenticationError):
            self.ask(openai.OpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0), said("hello"))


class TestOllama:
    @pytest.fixture(scope="class")
    @classmethod
    def client(cls):
        with model_server("ollama") as url:
            yield ollama.Client(host=url)

    def test_answer(self, client):
        response = client.chat(model="test", messages=said("hello"))
        assert response.message.content == TEXT
        assert response.done and response.done_reason == "stop"
        assert (response.prompt_eval_count, response.eval_count) == (100, 20)

    def test_stream(self, client):
        lines = list(client.chat(model="test", messages=said("hello"), stream=True))
        pieces = [line.message.content for line in lines if line.message.content]
        assert len(pieces) > 1
        assert "".join(pieces) == TEXT
        assert lines[-1].done and lines[-1].eval_count == 20

    @pytest.mark.parametrize("streamed", [False, True])
    def test_tools(self, client, streamed):
        answer = client.chat(model="test", messages=said("please call"), tools=[FUNCTION], stream=streamed)
        message = next(line.message for line in answer if line.message.tool_calls) if streamed else answer.message
        call = message.tool_calls[0]
        assert (call.function.name, call.function.arguments) == ("weather", {"city": "Paris"})
        result = {"role": "tool", "tool_name": "weather", "content": "sunny"}
        assert client.chat(model="test", messages=[*said("please call"), message, result]).message.content == "It is sunny"

    def test_errors(self, client):
        for word, status in [("limit", 429), ("overload", 503)]:
            with pytest.raises(ollama.ResponseError) as error:
                client.chat(model="test", messages=said(word))
            assert error.value.status_code == status
        with pytest.raises(ollama.ResponseError):
            list(client.chat(model="test", messages=said("break"), stream=True))
