// The hook `useChat` of the AI SDK against the gateway, with no server of its own: chat, tools, errors, a page that is reloaded in
// the middle of an answer, and one that stops it.
//
// Usage: node use_chat.mjs MODULES BASE WORDS-OF-A-SHORT-ANSWER WORDS-OF-A-LONG-ONE
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , home, base, words, long] = process.argv;
const require = createRequire(pathToFileURL(`${home}/`));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { createElement } = require("react");
const { act, create } = require("react-test-renderer");
const { useChat } = await load("@ai-sdk/react");
const { DefaultChatTransport, lastAssistantMessageIsCompleteWithToolCalls } = await load("ai");
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const check = (what, found, expected) => {
  assert.deepEqual(found, expected, what);
  console.log("ok", what);
};
const api = `${base}/chats`;
const talk = (model) => new DefaultChatTransport({ api, body: { model } });
const textOf = (message) => (message?.parts ?? []).filter((part) => part.type === "text").map((part) => part.text).join("");

// A page that shows a chat: what the hook says last, and how to wait for something of it.
const open = async (options) => {
  let now;
  let changed = () => {};
  const Page = () => {
    now = useChat(options);
    changed();
    return null;
  };
  let page;
  await act(async () => {
    page = create(createElement(Page));
  });
  const until = async (is, what) => {
    const late = AbortSignal.timeout(20_000);
    while (!is(now)) {
      if (late.aborted) throw new Error(`${what} never came: ${JSON.stringify({ ...now, messages: now.messages })}`);
      await act(async () => {
        await Promise.race([new Promise((resolve) => (changed = resolve)), new Promise((resolve) => setTimeout(resolve, 50))]);
      });
    }
    return now;
  };
  return { until, now: () => now, act: (does) => act(async () => void (await does(now))), close: () => act(async () => page.unmount()) };
};
const said = (id, text) => [{ id, role: "user", parts: [{ type: "text", text }] }];
const isOver = ({ status }) => status === "ready" || status === "error";

const plain = await open({ id: "plain", transport: talk("ok") });
await plain.act((chat) => void chat.sendMessage({ text: "Say something." }));
let chat = await plain.until((chat) => chat.messages.length === 2 && isOver(chat), "an answer");
check("chat", textOf(chat.messages[1]), words);
check("chat: usage", chat.messages[1].metadata.usage.completion_tokens, 20);
await plain.act((chat) => void chat.regenerate());
chat = await plain.until((chat) => isOver(chat) && textOf(chat.messages[1]) === words, "another answer");
check("regenerated", chat.messages.length, 2);

let calls = 0;
const tooled = await open({
  id: "tooled",
  transport: talk("tool"),
  sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
});
await tooled.act((chat) => void chat.sendMessage({ text: "How is the weather?" }));
chat = await tooled.until(({ messages }) => messages[1]?.parts.some((part) => part.state === "input-available"), "a call");
const call = chat.messages[1].parts.find((part) => part.type === "tool-weather");
check("tool: called", call.input, { city: "Paris" });
await tooled.until(isOver, "its end");
await tooled.act((chat) => {
  calls += 1;
  void chat.addToolOutput({ tool: "weather", toolCallId: call.toolCallId, output: { celsius: 21 } });
});
chat = await tooled.until((chat) => isOver(chat) && textOf(chat.messages[1]) === words, "an answer with the result");
check("tool: answered, in one message", [calls, chat.messages.length], [1, 2]);

const failing = await open({ id: "failing", transport: talk("nobody") });
await failing.act((chat) => void chat.sendMessage({ text: "Anybody?" }));
chat = await failing.until(({ status }) => status === "error", "an error");
check("error", JSON.parse(chat.error.message).error.code, "model_not_found");
const broken = await open({ id: "broken", transport: talk("cut") });
await broken.act((chat) => void chat.sendMessage({ text: "Go on." }));
chat = await broken.until(({ status }) => status === "error", "an error after words");
check("error after words", textOf(chat.messages[1]), "w0 w1 w2 w3 w4 ");

// A page is closed in the middle of an answer; the next one knows the conversation only.
const first = await open({ id: "reloaded/1 of 2", transport: talk("ok-500-3") });
await first.act((chat) => void chat.sendMessage({ text: "At length." }));
await first.until(({ messages }) => textOf(messages[1]).length > 100, "some words");
const begun = first.now().messages[1].id;
await first.act((chat) => chat.stop());
await first.close();
const second = await open({ id: "reloaded/1 of 2", transport: talk("ok-500-3"), messages: said("m", "At length."), resume: true });
chat = await second.until((chat) => isOver(chat) && chat.messages.length === 2 && textOf(chat.messages[1]).length >= long.length, "the rest");
check("resumed after a reload", [textOf(chat.messages[1]), chat.messages[1].id], [long, begun]);
const third = await open({ id: "reloaded/1 of 2", transport: talk("ok-500-3"), messages: chat.messages, resume: true });
await third.until(isOver, "nothing");
check("nothing is left to resume", third.now().messages.length, 2);
check("204", (await fetch(`${api}/${encodeURIComponent("reloaded/1 of 2")}/stream`)).status, 204);

const stopped = await open({ id: "stopped", transport: talk("ok-500-3") });
await stopped.act((chat) => void chat.sendMessage({ text: "At length." }));
await stopped.until(({ messages }) => textOf(messages[1]).length > 100, "some words");
check("stopped", (await fetch(`${api}/stopped/stream`, { method: "DELETE" })).status, 204);
chat = await stopped.until(isOver, "an end");
assert.ok(textOf(chat.messages[1]).length < long.length, "it ends early");
check("stopped for good", (await fetch(`${api}/stopped/stream`)).status, 204);
for (const page of [plain, tooled, failing, broken, second, third, stopped]) await page.close();
console.log("all");
