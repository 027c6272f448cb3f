"""The OpenAI SDK, LangChain and llama-index against the gateway: chat, stream, tools, structured output, embeddings, errors."""

import json
import sys

import openai
from langchain_openai import ChatOpenAI
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike
from pydantic import BaseModel

BASE, WORDS = sys.argv[1], sys.argv[2]
client = openai.OpenAI(base_url=BASE, api_key="none", max_retries=0)
SAY = [{"role": "user", "content": "Say something."}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def check(what, found, expected):
    assert found == expected, f"{what}: {found!r} is not {expected!r}"
    print("ok", what)


answer = client.chat.completions.create(model="ok", messages=SAY)
check("chat", answer.choices[0].message.content, WORDS)
check("chat: usage", answer.usage.completion_tokens, 20)

pieces = list(client.chat.completions.create(model="ok", messages=SAY, stream=True, stream_options={"include_usage": True}))
check("stream", "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices), WORDS)
check("stream: finish", [piece.choices[0].finish_reason for piece in pieces if piece.choices][-1], "stop")
check("stream: usage", pieces[-1].usage.completion_tokens, 20)
plain = list(client.chat.completions.create(model="ok", messages=SAY, stream=True))
check("stream: every piece has a choice unless usage was asked for", all(piece.choices for piece in plain), True)

called = client.chat.completions.create(model="tool", messages=SAY, tools=[WEATHER])
call = called.choices[0].message.tool_calls[0]
check("tools", (call.function.name, json.loads(call.function.arguments)), ("weather", {"city": "Paris"}))
messages = SAY + [called.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "Rain."}]
check("tools: result", client.chat.completions.create(model="tool", messages=messages, tools=[WEATHER]).choices[0].message.content, WORDS)
arguments = ""
for piece in client.chat.completions.create(model="tool", messages=SAY, tools=[WEATHER], stream=True):
    for part in piece.choices[0].delta.tool_calls or []:
        arguments += part.function.arguments or ""
check("tools: stream", json.loads(arguments), {"city": "Paris"})


class Answer(BaseModel):
    answer: int


parsed = client.chat.completions.parse(model="json", messages=SAY, response_format=Answer)
check("structured output", parsed.choices[0].message.parsed, Answer(answer=42))

check("embeddings", client.embeddings.create(model="ok", input="x").data[0].embedding, [1.0, 2.0])
check("embeddings: floats", client.embeddings.create(model="ok", input="x", encoding_format="float").data[0].embedding, [1.0, 2.0])
check("models", "ok" in [model.id for model in client.models.list()], True)

for model, kind, status in [("nobody", openai.NotFoundError, 404), ("s429", openai.RateLimitError, 429), ("s500", openai.APIStatusError, 502)]:
    for stream in [False, True]:
        try:
            client.chat.completions.create(model=model, messages=SAY, stream=stream)
            raise SystemExit(f"{model} was answered")
        except kind as error:
            check(f"error {model}, stream {stream}", error.status_code, status)
try:
    client.chat.completions.create(model="ok", messages=[])
    raise SystemExit("no messages were answered")
except openai.BadRequestError as error:
    check("error: param", error.param, "messages")
for model in ["cut", "error", "nofinish"]:
    got = ""
    try:
        for piece in client.chat.completions.create(model=model, messages=SAY, stream=True):
            got += piece.choices[0].delta.content or ""
        raise SystemExit(f"{model} ended as if it were complete")
    except openai.APIError:
        check(f"broken answer {model}", got, "".join(f"w{at} " for at in range(5)))
    mended = client.chat.completions.create(model=f"auto:{model}-on", messages=SAY, stream=True)
    check(f"mended answer {model}", "".join(piece.choices[0].delta.content or "" for piece in mended), WORDS)

chain = ChatOpenAI(base_url=BASE, api_key="none", model="ok", max_retries=0)
check("langchain", chain.invoke("Say something.").content, WORDS)
check("langchain: stream", "".join(piece.content for piece in chain.stream("Say something.")), WORDS)
tools = ChatOpenAI(base_url=BASE, api_key="none", model="tool", max_retries=0).bind_tools([WEATHER])
check("langchain: tools", tools.invoke("Say something.").tool_calls[0]["args"], {"city": "Paris"})
form = ChatOpenAI(base_url=BASE, api_key="none", model="json", max_retries=0).with_structured_output(Answer)
check("langchain: structured output", form.invoke("Say something."), Answer(answer=42))

llama = OpenAILike(model="ok", api_base=BASE, api_key="none", is_chat_model=True, max_retries=0)
check("llama-index", llama.complete("Say something.").text, WORDS)
check("llama-index: stream", "".join(piece.delta or "" for piece in llama.stream_complete("Say something.")), WORDS)
agent = OpenAILike(model="tool", api_base=BASE, api_key="none", is_chat_model=True, is_function_calling_model=True, max_retries=0)
city = FunctionTool.from_defaults(name="weather", description="The weather of a city.", fn=lambda city: "Rain.")
chosen = agent.chat_with_tools([city], user_msg="Say something.")
check("llama-index: tools", agent.get_tool_calls_from_response(chosen)[0].tool_kwargs, {"city": "Paris"})
vectors = OpenAILikeEmbedding(model_name="ok", api_base=BASE, api_key="none", max_retries=0)
check("llama-index: embeddings", vectors.get_text_embedding("x"), [1.0, 2.0])
print("all")
