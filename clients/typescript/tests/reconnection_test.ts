/** Streams that end, fail and are silent, from a fetch with prepared responses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, type ClientOptions, type LiveEvent, ResponseError } from "../src/client.ts";
import { pauseMs } from "../src/live.ts";
import { problem } from "./users.ts";

const EVENT_STREAM = { headers: { "Content-Type": "text/event-stream" } };
const ID = "0".repeat(24);

/** One event of a ticket with short pauses before the next stream. */
function stock(version: number, available: number, ticketVersion = 1, ticketId = ID): string {
  const data = JSON.stringify({ ticketId, version, ticketVersion, available });
  return `retry: 1\n\nevent: inventory.changed\nid: 1\ndata: ${data}\n\n`;
}

/** A stream with these bytes that stays open. */
function silent(text: string, onCancel = () => {}): Response {
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    controller.enqueue(new TextEncoder().encode(text));
  };
  return new Response(new ReadableStream({ start, cancel: onCancel }), EVENT_STREAM);
}

function refusal(status: number, code: string, headers: HeadersInit = {}): Response {
  const body = { type: "", title: "", status, detail: "", code, requestId: ID, errors: [] };
  const type = { "Content-Type": "application/problem+json" };
  return new Response(JSON.stringify(body), { status, headers: { ...headers, ...type } });
}

type Prepared = Response | Error | string;

/** A client whose requests receive these responses, one after the other; strings are streams that end. */
function client(responses: Prepared[], options: ClientOptions = {}): { api: Client; requests: Request[] } {
  const requests: Request[] = [];
  const send = (input: RequestInfo | URL, init?: RequestInit) => {
    requests.push(new Request(input, init));
    const response = responses.shift();
    if (response === undefined) return Promise.reject(new Error("no response is left"));
    if (response instanceof Error) return Promise.reject(response);
    return Promise.resolve(typeof response === "string" ? new Response(response, EVENT_STREAM) : response);
  };
  return { api: new Client({ origin: "http://api.test", fetch: send as typeof fetch, ...options }), requests };
}

/** The events until one has this version. */
async function until(events: AsyncIterable<LiveEvent>, version: number): Promise<LiveEvent[]> {
  const received = [];
  for await (const event of events) {
    received.push(event);
    if (event.version === version) break;
  }
  return received;
}

const availableOf = (events: LiveEvent[]) => events.map((event) => "available" in event && event.available);

test("a stream that ends or is lost is opened again", async () => {
  const lost = new ReadableStream({
    pull: (controller) => controller.error(new Error("the error of some browser")),
  });
  const { api, requests } = client([
    stock(1, 5),
    new Response(lost, EVENT_STREAM),
    new TypeError("connection refused"),
    new DOMException("late", "TimeoutError"),
    new Response("<html>", { status: 502 }),
    refusal(503, "busy", { "Retry-After": "0" }),
    refusal(429, "too_many_requests"),
    stock(2, 4),
  ], { repeatsMax: 0 });
  const states: string[] = [];
  const live = api.live({ tickets: [ID, "a/b"], orders: ["c"], onConnection: (state) => states.push(state) });
  assert.deepEqual(availableOf(await until(live, 2)), [5, 4]);
  assert.equal(requests.length, 8);
  assert.deepEqual(states, ["open", "lost", "open", ...Array(6).fill("lost"), "open"]);
  for (const request of requests) {
    assert.equal(request.url, `http://api.test/live?topics=ticket:${ID},ticket:a%2Fb,order:c`);
    assert.equal(request.credentials, "include");
    // Other headers would need a preflight request.
    assert.deepEqual([...request.headers], [["accept", "text/event-stream"]]);
  }
});

test("a silent stream is opened again, and its connection is closed", async () => {
  let cancelled = 0;
  const { api } = client([silent(stock(1, 5), () => cancelled++), silent(stock(2, 4), () => cancelled++)], {
    silenceMaxMs: 50,
  });
  assert.deepEqual(availableOf(await until(api.live({ tickets: [ID] }), 2)), [5, 4]);
  assert.equal(cancelled, 2, "also that of the loop that has ended");
});

test("heartbeats keep a stream open", async () => {
  const encoder = new TextEncoder();
  let beats = 0;
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    beats += 1;
    controller.enqueue(encoder.encode(beats < 10 ? ":\n\n" : stock(1, 5)));
  };
  const { api, requests } = client([new Response(new ReadableStream({ pull }), EVENT_STREAM)], { silenceMaxMs: 300 });
  assert.deepEqual(availableOf(await until(api.live({ tickets: [ID] }), 1)), [5]);
  assert.equal(requests.length, 1);
});

test("events that are not newer are dropped, also in a later stream", async () => {
  const { api } = client([
    stock(2, 5) + stock(2, 5) + stock(1, 9) + stock(1, 7, 1, "another"),
    stock(2, 5) + stock(2, 0, 2) + stock(2, 5) + stock(3, 5, 1) + stock(3, 3, 2) + stock(9, 1, 2),
  ]);
  assert.deepEqual(availableOf(await until(api.live({ tickets: [ID] }), 9)), [5, 7, 0, 3, 1]);
});

test("orders and payments have versions of their own, and unknown events are ignored", async () => {
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  const { api } = client([
    event("order.created", { orderId: ID, version: 1, status: "created" }) +
    event("order.shared", { orderId: ID, version: 5 }) +
    event("payment.declined", { orderId: ID, paymentId: "1", version: 2 }) +
    event("payment.declined", { orderId: ID, paymentId: "1", version: 2 }) +
    event("payment.declined", { orderId: ID, paymentId: "2", version: 1 }) +
    "data: no type\n\n" +
    event("order.completed", { orderId: ID, version: 2, status: "complete", later: true }) +
    event("order.cancelled", { orderId: ID, version: 3, status: "cancelled" }),
  ]);
  assert.deepEqual(await until(api.live({ orders: [ID] }), 3), [
    { type: "order.created", orderId: ID, version: 1, status: "created" },
    { type: "payment.declined", orderId: ID, paymentId: "1", version: 2 },
    { type: "payment.declined", orderId: ID, paymentId: "2", version: 1 },
    { type: "order.completed", orderId: ID, version: 2, status: "complete", later: true },
    { type: "order.cancelled", orderId: ID, version: 3, status: "cancelled" },
  ]);
});

test("an error that a later attempt would repeat ends the stream", async () => {
  const next = (...responses: Prepared[]) => client(responses).api.live({ orders: [ID] }).next();
  await problem(next(refusal(400, "invalid_request")), 400, "invalid_request");
  await problem(next(refusal(403, "forbidden")), 403, "forbidden");
  await problem(next(refusal(404, "not_found")), 404, "not_found");
  const ended = [refusal(401, "not_signed_in"), refusal(401, "not_signed_in")];
  await problem(next(...ended), 401, "not_signed_in");
  // The page of the app, from a proxy that does not forward /live.
  const page = new Response("<html>", { headers: { "Content-Type": "text/html" } });
  await assert.rejects(next(page), (error) => error instanceof ResponseError && error.status === 200);
  await assert.rejects(next(new Response(null, { status: 204 })), ResponseError);
  await assert.rejects(next(new Response("", { ...EVENT_STREAM, status: 202 })), ResponseError);
  await assert.rejects(next(new RangeError("a bug")), RangeError);
  await assert.rejects(next(new Response("<html>", { status: 404 })), ResponseError);
  await assert.rejects(next("event: inventory.changed\ndata: {\n\n"), SyntaxError);
});

test("an error of a later stream ends the stream", async () => {
  const { api } = client([stock(1, 5), refusal(404, "not_found")]);
  const live = api.live({ tickets: [ID] });
  assert.equal((await live.next()).value?.version, 1);
  await problem(live.next(), 404, "not_found");
  assert.equal((await live.next()).done, true);
});

test("a stream is opened again after the renewal of the session", async () => {
  const { api, requests } = client([
    stock(1, 5),
    refusal(401, "not_signed_in"),
    new Response(null, { status: 204 }),
    stock(2, 4),
  ]);
  assert.deepEqual(availableOf(await until(api.live({ orders: [ID] }), 2)), [5, 4]);
  const paths = requests.map((request) => new URL(request.url).pathname);
  assert.deepEqual(paths, ["/live", "/live", "/api/users/renew", "/live"]);
});

test("a renewal without a response is attempted again with the stream", async () => {
  const { api, requests } = client([
    stock(1, 5),
    refusal(401, "not_signed_in"),
    refusal(503, "unavailable"),
    stock(2, 4),
  ], { repeatsMax: 0 });
  assert.deepEqual(availableOf(await until(api.live({ orders: [ID] }), 2)), [5, 4]);
  assert.equal(requests.length, 4);
});

test("the signal ends a stream that waits for an event, a pause or a response", async () => {
  const hanging = ((_, init) =>
    new Promise((_, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    })) as typeof fetch;
  let isCancelled = false;
  const silentStream = silent(stock(1, 5), () => isCancelled = true);
  for (
    const [what, api, count, expected] of [
      ["an event", client([silentStream]).api, 1, ["open"]],
      ["a pause", client([refusal(503, "busy", { "Retry-After": "60" })]).api, 0, ["lost"]],
      ["a response", new Client({ origin: "http://api.test", fetch: hanging }), 0, []],
    ] as const
  ) {
    const stop = new AbortController(), received = [], states: string[] = [];
    setTimeout(() => stop.abort(new Error("the page is left")), 100);
    const onConnection = (state: string) => states.push(state);
    for await (const event of api.live({ tickets: [ID], signal: stop.signal, onConnection })) received.push(event);
    assert.equal(received.length, count, what);
    assert.deepEqual(states, expected, what);
  }
  assert.ok(isCancelled);
});

test("the back-off ends with the first bytes of a stream", async () => {
  const { api } = client([...Array(14).fill(stock(1, 5)), stock(2, 4)]);
  const started = performance.now();
  await until(api.live({ tickets: [ID] }), 2);
  // Doubled 14 times, one millisecond is 16 seconds.
  assert.ok(performance.now() - started < 4_000);
});

test("the next attempt follows Retry-After", async () => {
  const { api } = client([stock(1, 5), refusal(503, "busy", { "Retry-After": "1" }), stock(2, 4)]);
  const started = performance.now();
  await until(api.live({ tickets: [ID] }), 2);
  assert.ok(performance.now() - started > 900);
});

test("an aborted signal sends no request, and no event follows an abort", async () => {
  const { api, requests } = client([stock(1, 5) + stock(2, 4)]);
  assert.equal((await api.live({ tickets: [ID], signal: AbortSignal.abort() }).next()).done, true);
  assert.equal(requests.length, 0);
  const stop = new AbortController();
  const received = [];
  for await (const event of api.live({ tickets: [ID], signal: stop.signal })) {
    received.push(event);
    stop.abort();
  }
  assert.deepEqual(availableOf(received), [5]);
});

test("an app that is notified of a lost stream may end it", async () => {
  const { api, requests } = client([""]);
  const stop = new AbortController();
  const started = performance.now();
  const onConnection = (state: string) => state === "lost" && stop.abort();
  assert.equal((await api.live({ tickets: [ID], signal: stop.signal, onConnection }).next()).done, true);
  assert.ok(performance.now() - started < 500, "without a pause");
  assert.equal(requests.length, 1);
});

test("a response that takes too long is requested again", async () => {
  const responses = [stock(1, 5), undefined, stock(2, 4)];
  const send: typeof fetch = (_, init) => {
    const response = responses.shift();
    if (response !== undefined) return Promise.resolve(new Response(response, EVENT_STREAM));
    return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  };
  const api = new Client({ origin: "http://api.test", fetch: send, timeoutMs: 50 });
  assert.deepEqual(availableOf(await until(api.live({ tickets: [ID] }), 2)), [5, 4]);
});

test("the time limit of a response is none of its stream", async () => {
  const requests: (AbortSignal | undefined | null)[] = [];
  const send: typeof fetch = (_, init) => {
    requests.push(init?.signal);
    return Promise.resolve(silent(stock(1, 5)));
  };
  const api = new Client({ origin: "http://api.test", fetch: send, timeoutMs: 50 });
  for await (const _ of api.live({ tickets: [ID] })) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    break;
  }
  assert.deepEqual(requests.map((signal) => signal?.aborted), [false]);
});

test("pauses double with each failure in a row, up to a bound, random by half", () => {
  for (
    const [failures, random, expected] of [
      [0, 0, 1_000],
      [0, 0.5, 2_000],
      [0, 1, 3_000],
      [1, 0.5, 4_000],
      [4, 0.5, 32_000],
      [5, 0.5, 60_000],
      [5, 0, 30_000],
      [2_000, 1, 90_000],
    ] as const
  ) {
    assert.equal(pauseMs(2_000, failures, random), expected, `${failures} failures, ${random}`);
  }
});
