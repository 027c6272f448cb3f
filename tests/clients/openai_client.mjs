// The OpenAI SDK for Node, an EventSource and the AI SDK against the gateway.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , home, base, words] = process.argv;
const require = createRequire(pathToFileURL(`${home}/`));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const { default: OpenAI } = await load("openai");
const { EventSource } = await load("eventsource");
const { streamText, generateText, tool } = await load("ai");
const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
const { z } = await load("zod");

const check = (what, found, expected) => {
  assert.deepEqual(found, expected, what);
  console.log("ok", what);
};
const client = new OpenAI({ baseURL: base, apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Say something." }];
const weather = {
  type: "function",
  function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
};

const answer = await client.chat.completions.create({ model: "ok", messages });
check("chat", answer.choices[0].message.content, words);
let text = "";
let last;
const options = { include_usage: true };
for await (const piece of await client.chat.completions.create({ model: "ok", messages, stream: true, stream_options: options })) {
  text += piece.choices[0]?.delta?.content ?? "";
  last = piece;
}
check("stream", text, words);
check("stream: usage", last.usage.completion_tokens, 20);
const called = await client.chat.completions.create({ model: "tool", messages, tools: [weather] });
check("tools", JSON.parse(called.choices[0].message.tool_calls[0].function.arguments), { city: "Paris" });
const parts = await client.chat.completions.create({ model: "tool", messages, tools: [weather], stream: true });
let args = "";
for await (const piece of parts) args += piece.choices[0]?.delta?.tool_calls?.[0]?.function?.arguments ?? "";
check("tools: stream", JSON.parse(args), { city: "Paris" });
const format = { type: "json_schema", json_schema: { name: "a", schema: { type: "object" } } };
const json = await client.chat.completions.create({ model: "json", messages, response_format: format });
check("structured output", JSON.parse(json.choices[0].message.content), { answer: 42 });
check("embeddings", (await client.embeddings.create({ model: "ok", input: "x" })).data[0].embedding, [1, 2]);
for (const [model, status] of [["nobody", 404], ["s429", 429], ["s500", 502]]) {
  await assert.rejects(client.chat.completions.create({ model, messages }), (error) => error.status === status);
  console.log("ok error", model);
}
for (const model of ["cut", "error", "nofinish"]) {
  let got = "";
  await assert.rejects(async () => {
    for await (const piece of await client.chat.completions.create({ model, messages, stream: true })) {
      got += piece.choices[0]?.delta?.content ?? "";
    }
  });
  check(`broken answer ${model}`, got, "w0 w1 w2 w3 w4 ");
}

// An EventSource follows a stream, loses its connection, and reads on.
const begun = await fetch(`${base}/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ model: "ok-500-3", messages, stream: true }),
});
const id = begun.headers.get("x-request-id");
await begun.body.cancel();
let read = "";
let connections = 0;
await new Promise((resolve, reject) => {
  const source = new EventSource(`${base}/streams/${id}`, {
    fetch: async (url, init) => {
      connections += 1;
      const response = await fetch(url, init);
      if (connections > 1) return response;
      // The first connection ends after a few pieces, as if a proxy had closed it.
      const reader = response.body.getReader();
      let left = 20;
      const body = new ReadableStream({
        async pull(controller) {
          const { value, done } = await reader.read();
          if (!done) controller.enqueue(value);
          left -= 1;
          if (done || left === 0) controller.close();
        },
      });
      const { url: from, status, headers, redirected } = response;
      return { body, url: from, status, headers, redirected };
    },
  });
  source.onmessage = ({ data }) => {
    if (data === "[DONE]") return;
    read += JSON.parse(data).choices[0]?.delta?.content ?? "";
  };
  source.onerror = ({ code }) => {
    if (code === 204) {
      source.close();
      resolve();
    }
  };
  setTimeout(() => reject(new Error("it never ends")), 60_000).unref();
});
check("eventsource: every word once", read, Array.from({ length: 500 }, (_, at) => `w${at} `).join(""));
assert.ok(connections >= 3, `${connections} connections`);

const provider = createOpenAICompatible({ name: "cueline", baseURL: base });
check("ai sdk", (await generateText({ model: provider("ok"), prompt: "Say something.", maxRetries: 0 })).text, words);
let streamed = "";
for await (const piece of streamText({ model: provider("ok"), prompt: "Say something.", maxRetries: 0 }).textStream) streamed += piece;
check("ai sdk: stream", streamed, words);
const tools = { weather: tool({ description: "The weather.", inputSchema: z.object({ city: z.string() }) }) };
const asked = await generateText({ model: provider("tool"), prompt: "Say something.", tools, maxRetries: 0 });
check("ai sdk: tools", asked.toolCalls[0].input, { city: "Paris" });

const response = await client.responses.create({ model: "ok", input: "Say something." });
check("responses", [response.output_text, response.status], [words, "completed"]);
const next = await client.responses.create({ model: "echo", input: "And?", previous_response_id: response.id });
check("responses: conversation", next.output_text, `user: Say something. | assistant: ${words} | user: And?`);
let told = "";
let ended;
for await (const event of await client.responses.create({ model: "ok", input: "Say something.", stream: true })) {
  if (event.type === "response.output_text.delta") told += event.delta;
  ended = event;
}
check("responses: stream", [told, ended.type], [words, "response.completed"]);
check("responses: retrieved", (await client.responses.retrieve(ended.response.id)).output_text, words);
console.log("all");
