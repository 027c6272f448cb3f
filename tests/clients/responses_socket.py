"""Responses over a WebSocket: python responses_socket.py BASE_URL WORDS"""

import json
import sys

from websockets.sync.client import connect

BASE, WORDS = sys.argv[1:]
LONG = "".join(f"w{at} " for at in range(500))
URL = BASE.replace("http://", "ws://") + "/ws"


def check(what, found, expected):
    assert found == expected, f"{what}: {found!r} is not {expected!r}"
    print("ok", what)


def hear(socket, until=("response.completed", "response.failed", "response.incomplete", "response.cancelled", "error")):
    events = []
    while not events or events[-1]["type"] not in until:
        events.append(json.loads(socket.recv(timeout=30)))
    return events


def owner(event):
    id = event.get("item_id") or event.get("item", {}).get("id") or event["response"]["id"]
    return id.split("_")[1]


def text(events):
    return "".join(event["delta"] for event in events if event["type"] == "response.output_text.delta")


with connect(URL) as socket:
    socket.send(json.dumps({"type": "response.create", "model": "ok", "input": "Say something."}))
    events = hear(socket)
    check("create", (text(events), events[-1]["type"]), (WORDS, "response.completed"))
    check("create: numbered", [event["sequence_number"] for event in events], list(range(len(events))))
    id = events[0]["response"]["id"]

    socket.send(json.dumps({"type": "response.create", "model": "echo", "input": "And?", "previous_response_id": id}))
    check("conversation", text(hear(socket)), f"user: Say something. | assistant: {WORDS} | user: And?")

    for said, code in [
        ("no json", "invalid_json"),
        ({"type": "response.dance"}, "invalid_value"),
        ({"type": "response.resume"}, "missing_required_parameter"),
        ({"type": "response.resume", "response_id": "resp_nobody"}, "response_not_found"),
        ({"type": "response.create", "input": "x"}, "missing_required_parameter"),
        ({"type": "response.create", "model": "s429", "input": "x"}, "model_refused"),
    ]:
        socket.send(said if isinstance(said, str) else json.dumps({**said, "event_id": "mine"}))
        [told] = hear(socket)
        check(f"refused {code}", (told["error"]["code"], told.get("event_id")), (code, None if said == "no json" else "mine"))
    socket.send(b"\x00")
    check("binary", hear(socket)[0]["error"]["code"], "invalid_json")

    socket.send(json.dumps({"type": "response.create", "model": "ok-500-3", "input": "Count.", "background": True}))
    begun = []
    while len(text(begun)) < 300:
        begun.append(json.loads(socket.recv(timeout=30)))
    id, last = begun[0]["response"]["id"], begun[-1]["sequence_number"]

# The socket is gone; the response is not.
with connect(URL) as socket:
    socket.send(json.dumps({"type": "response.resume", "response_id": id, "starting_after": last}))
    rest = hear(socket)
    check("resumed", rest[0]["sequence_number"], last + 1)
    check("resumed: every word once", text(begun) + text(rest), LONG)

    socket.send(json.dumps({"type": "response.create", "model": "ok-500-3", "input": "Count.", "background": True}))
    first = hear(socket, until=("response.created",))
    socket.send(json.dumps({"type": "response.cancel", "response_id": first[0]["response"]["id"]}))
    told = hear(socket, until=("response.cancelled",))
    check("cancelled", told[-1]["response"]["status"], "cancelled")

with connect(URL) as socket:
    for _ in range(3):
        socket.send(json.dumps({"type": "response.create", "model": "ok", "input": "Say something."}))
    together = {}
    while sum(events[-1] == "response.completed" for events in together.values()) < 3:
        event = json.loads(socket.recv(timeout=30))
        together.setdefault(owner(event), []).append(event["type"])
    check("several at once", len(together), 3)
print("all")
