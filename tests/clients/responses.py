"""OpenAI's SDK against the Responses API, unchanged: python responses.py BASE_URL WORDS"""

import json
import sys
import time

import openai
from pydantic import BaseModel

BASE, WORDS = sys.argv[1:]
client = openai.OpenAI(base_url=BASE, api_key="none", max_retries=0)
WEATHER = {
    "type": "function",
    "name": "weather",
    "description": "The weather of a city.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": False,
}
LONG = "".join(f"w{at} " for at in range(500))


def check(what, found, expected):
    assert found == expected, f"{what}: {found!r} is not {expected!r}"
    print("ok", what)


def refused(what, kind, call, code=None):
    try:
        call()
        raise SystemExit(f"{what} was answered")
    except kind as error:
        check(what, error.code, code or error.code)
        return error


answer = client.responses.create(model="ok", input="Say something.", instructions="Be brief.", metadata={"team": "a"})
check("response", (answer.output_text, answer.status, answer.object), (WORDS, "completed", "response"))
check("response: usage", answer.usage.output_tokens, 20)
check("response: repeats its request", (answer.instructions, answer.metadata), ("Be brief.", {"team": "a"}))
again = client.responses.retrieve(answer.id)
check("retrieved", again.model_dump(), answer.model_dump())
listed = client.responses.input_items.list(answer.id)
check("input items", [item.content[0].text for item in listed], ["Say something."])

first = client.responses.create(model="echo", input="One", instructions="Be brief.")
check("instructions", first.output_text, "system: Be brief. | user: One")
second = client.responses.create(model="echo", input="Two", previous_response_id=first.id)
check("conversation", second.output_text, f"user: One | assistant: {first.output_text} | user: Two")
third = client.responses.create(model="echo", input=[{"role": "user", "content": "Three"}], previous_response_id=second.id)
check("a longer one", third.output_text.count("assistant: "), 3)

events = list(client.responses.create(model="ok", input="Say something.", stream=True))
check("stream: numbered", [event.sequence_number for event in events], list(range(len(events))))
check("stream: text", "".join(event.delta for event in events if event.type == "response.output_text.delta"), WORDS)
check("stream: begins and ends", (events[0].type, events[-1].type), ("response.created", "response.completed"))
stored = client.responses.retrieve(events[-1].response.id)
check("stream: retrieved", stored.model_dump(), events[-1].response.model_dump())
with client.responses.stream(model="ok", input="Say something.") as stream:
    for event in stream:
        pass
    check("stream: helper", stream.get_final_response().output_text, WORDS)

called = client.responses.create(model="tool", input="Weather?", tools=[WEATHER])
call = called.output[0]
check("tools", (call.type, call.name, json.loads(call.arguments)), ("function_call", "weather", {"city": "Paris"}))
result = {"type": "function_call_output", "call_id": call.call_id, "output": "Rain."}
told = client.responses.create(model="tool", input=[result], previous_response_id=called.id, tools=[WEATHER])
check("tools: result", told.output_text, WORDS)
pieces = list(client.responses.create(model="tool", input="Weather?", tools=[WEATHER], stream=True))
arguments = "".join(piece.delta for piece in pieces if piece.type == "response.function_call_arguments.delta")
check("tools: stream", json.loads(arguments), {"city": "Paris"})
check("tools: done", pieces[-1].response.output[0].name, "weather")


class Answer(BaseModel):
    answer: int


parsed = client.responses.parse(model="json", input="How many?", text_format=Answer)
check("structured output", parsed.output_parsed, Answer(answer=42))

begun = client.responses.create(model="ok-500-3", input="Count.", background=True)
check("background", begun.status, "in_progress")
while (begun := client.responses.retrieve(begun.id)).status in ("queued", "in_progress"):
    time.sleep(0.1)
check("background: complete", (begun.status, begun.output_text), ("completed", LONG))

stream = client.responses.create(model="ok-500-3", input="Count.", background=True, stream=True)
got, last, id = "", -1, None
for event in stream:
    last = event.sequence_number
    id = event.response.id if event.type == "response.created" else id
    got += event.delta if event.type == "response.output_text.delta" else ""
    if len(got) > 300:
        break
stream.close()
while True:
    rest = client.responses.retrieve(id, stream=True, starting_after=last)
    kinds = []
    for event in rest:
        check("resumed", event.sequence_number, last + 1) if not kinds else None
        assert event.sequence_number == last + 1
        last = event.sequence_number
        kinds.append(event.type)
        got += event.delta if event.type == "response.output_text.delta" else ""
    break
check("resumed: every word once", got, LONG)
check("resumed: to its end", kinds[-1], "response.completed")

begun = client.responses.create(model="ok-500-3", input="Count.", background=True)
check("cancelled", client.responses.cancel(begun.id).status, "cancelled")
check("cancelled: stays so", client.responses.retrieve(begun.id).status, "cancelled")
refused("only in the background", openai.BadRequestError, lambda: client.responses.cancel(answer.id), "response_not_in_background")

client.responses.delete(answer.id)
refused("deleted", openai.NotFoundError, lambda: client.responses.retrieve(answer.id), "response_not_found")
hidden = client.responses.create(model="ok", input="Say something.", store=False)
refused("not kept", openai.NotFoundError, lambda: client.responses.retrieve(hidden.id), "response_not_found")
chat = client.chat.completions.create(model="ok", messages=[{"role": "user", "content": "x"}])
refused("no response", openai.NotFoundError, lambda: client.responses.retrieve(chat.id), "response_not_found")
gone = lambda: client.responses.create(model="ok", input="x", previous_response_id=hidden.id)
check("no conversation: param", refused("no conversation", openai.BadRequestError, gone).param, "previous_response_id")
hosted = lambda: client.responses.create(model="ok", input="x", tools=[{"type": "web_search"}])
check("hosted tools: param", refused("hosted tools", openai.BadRequestError, hosted).param, "tools[0].type")
refused("nobody", openai.NotFoundError, lambda: client.responses.create(model="nobody", input="x"))
refused("too many", openai.RateLimitError, lambda: client.responses.create(model="s429", input="x"))
for model in ["cut", "error", "nofinish"]:
    got, kinds = "", []
    try:
        for event in client.responses.create(model=model, input="Say something.", stream=True):
            kinds.append(event.type)
            got += event.delta if event.type == "response.output_text.delta" else ""
    except openai.APIError:
        pass
    check(f"broken answer {model}", (got, "response.completed" in kinds), ("".join(f"w{at} " for at in range(5)), False))
print("all")
