/** Streams of a started marketplace. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, idempotencyKey, type LiveEvent, type LiveOptions, type LiveTopics } from "../src/client.ts";
import { Browser } from "./browser.ts";
import { Program } from "./program.ts";
import { marketplace, offer, otherOrigin, password, problem, signedUp } from "./users.ts";

/** Real time for an event, with the pauses of several attempts. */
const ARRIVAL_MAX_MS = 60_000;

/** The events of a stream up to one that satisfies a condition. */
async function until(
  api: Client,
  topics: LiveTopics & LiveOptions,
  isLast: (event: LiveEvent) => boolean,
): Promise<LiveEvent[]> {
  const received: LiveEvent[] = [];
  for await (const event of api.live({ signal: AbortSignal.timeout(ARRIVAL_MAX_MS), ...topics })) {
    received.push(event);
    if (isLast(event)) return received;
  }
  assert.fail(`the stream ended: ${JSON.stringify(received)}`);
}

const hasUnits = (units: number) => (event: LiveEvent) =>
  event.type === "inventory.changed" && event.available === units;

/** Calls a function when the first event has arrived. */
function afterFirst(
  isLast: (event: LiveEvent) => boolean,
  call: () => Promise<unknown>,
): (event: LiveEvent) => boolean {
  let called: Promise<unknown> | undefined;
  return (event) => {
    called ??= call();
    return isLast(event);
  };
}

/** The id of a ticket on offer, once storefront has its copy. */
async function listed(seller: Client, quantity: number): Promise<string> {
  const ticketId = await offer(seller, quantity);
  await until(seller, { tickets: [ticketId] }, hasUnits(quantity));
  return ticketId;
}

test("the stock falls when another buyer orders", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const ticketId = await listed(seller.api, 10), other = await listed(seller.api, 10);
  const visitor = new Client({ fetch: new Browser(marketplace).fetch });
  const order = () => buyer.api.post("/api/orders", { body: { ticketId, quantity: 3 } });
  const events = await until(visitor, { tickets: [ticketId] }, afterFirst(hasUnits(7), order));
  assert.deepEqual(events.map((event) => event.type), ["inventory.changed", "inventory.changed"]);
  assert.ok(hasUnits(10)(events[0] ?? assert.fail()));
  assert.ok(events.every((event) => "ticketId" in event && event.ticketId === ticketId));
  const both = await until(visitor, { tickets: [ticketId, other] }, hasUnits(10));
  assert.ok(both.some((event) => "ticketId" in event && event.ticketId === other));
});

test("a withdrawn ticket has no units, although its stock has not changed", async () => {
  const { api } = await signedUp();
  const id = await listed(api, 10);
  const withdraw = () => api.delete("/api/tickets/{id}", { path: { id } });
  await until(api, { tickets: [id] }, afterFirst(hasUnits(0), withdraw));
});

test("an order is declined, completes, and is cancelled for its buyer", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const ticketId = await listed(seller.api, 10);
  const created = async () => (await buyer.api.post("/api/orders", { body: { ticketId } })).data.id;
  const [paid, cancelled] = [await created(), await created()];
  const call = async () => {
    const pay = (token: string) => buyer.api.post("/api/payments", { body: { orderId: paid, token } });
    await problem(pay("tok_declined"), 402, "payment_declined");
    await pay("tok_visa");
    await buyer.api.delete("/api/orders/{id}", { path: { id: cancelled } });
  };
  const statuses = new Map<string, string>();
  let declined: string | undefined;
  const events = await until(
    buyer.api,
    { orders: [paid, cancelled], tickets: [ticketId] },
    afterFirst((event) => {
      if ("status" in event) statuses.set(event.orderId, `${event.type} ${event.status}`);
      if (event.type === "payment.declined") declined = event.orderId;
      return statuses.get(paid) === "order.completed complete" && declined === paid &&
        statuses.get(cancelled) === "order.cancelled cancelled";
    }, call),
  );
  assert.equal(events.filter((event) => event.type === "order.created").length, 2);
});

test("the order of another, an invalid topic and too many topics are refused", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const ticketId = await listed(seller.api, 10);
  const { id } = (await buyer.api.post("/api/orders", { body: { ticketId } })).data;
  await problem(seller.api.live({ orders: [id] }).next(), 404, "not_found");
  const visitor = new Client({ fetch: new Browser(marketplace).fetch });
  await problem(visitor.live({ orders: [id], tickets: [ticketId] }).next(), 401, "not_signed_in");
  const invalid = await problem(visitor.live({ tickets: ["1"] }).next(), 400, "invalid_request");
  assert.equal(invalid.errors[0]?.field, "topics");
  const ids = Array.from({ length: 201 }, (_, at) => at.toString(16).padStart(24, "0"));
  await problem(visitor.live({ tickets: ids }).next(), 400, "invalid_request");
  await until(visitor, { tickets: [...ids.slice(0, 199), ticketId] }, hasUnits(9));
});

test("a session whose token has expired opens a stream, and an ended one does not", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const { id } = (await buyer.api.post("/api/orders", { body: { ticketId: await offer(seller.api, 10) } })).data;
  await buyer.browser.expired("session");
  await until(buyer.api, { orders: [id] }, (event) => event.type === "order.created");
  const elsewhere = new Client({ fetch: new Browser(marketplace).fetch });
  await elsewhere.post("/api/users/signin", { body: { email: buyer.email, password } });
  await elsewhere.post("/api/users/signout-everywhere");
  await buyer.browser.expired("session");
  await problem(buyer.api.live({ orders: [id] }).next(), 401, "not_signed_in");
});

test("an aborted stream ends", async () => {
  const { api, browser } = await signedUp();
  const stop = new AbortController();
  let count = 0;
  for await (const _ of api.live({ tickets: [await listed(api, 10)], signal: stop.signal })) {
    count += 1;
    setTimeout(() => stop.abort(), 200);
  }
  assert.equal(count, 1);
  const requests = browser.count("GET /live");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(browser.count("GET /live"), requests);
});

test("a page of a listed origin has streams, with its session", async () => {
  const seller = await signedUp(), buyer = await signedUp(undefined, otherOrigin);
  const ticketId = await listed(seller.api, 10);
  const { id } = (await buyer.api.post("/api/orders", { body: { ticketId } })).data;
  const topics = { tickets: [ticketId], orders: [id] };
  const pay = () => buyer.api.post("/api/payments", { body: { orderId: id, token: "tok_visa" } });
  await until(buyer.api, topics, afterFirst((event) => event.type === "order.completed", pay));
  await problem(buyer.api.live({ tickets: ["1"] }).next(), 400, "invalid_request");
  const unlisted = new Browser(marketplace, "http://localhost:1");
  const states: string[] = [];
  const stop = new AbortController();
  const api = new Client({ origin: marketplace, fetch: unlisted.fetch });
  const onConnection = (state: string) => {
    states.push(state);
    stop.abort();
  };
  for await (const _ of api.live({ tickets: [ticketId], signal: stop.signal, onConnection })) assert.fail();
  assert.deepEqual(states, ["lost"]);
});

test("a marketplace that is stopped and started again resumes with the present state", async () => {
  const program = new Program();
  await program.start();
  try {
    const user = async () => {
      const browser = new Browser(program.origin);
      const api = new Client({ fetch: browser.fetch });
      await api.post("/api/users/signup", { body: { email: `user-${idempotencyKey()}@example.com`, password } });
      return { api, browser };
    };
    const seller = await user(), buyer = await user(), other = await user();
    const ticketId = await listed(seller.api, 10);
    const { id } = (await buyer.api.post("/api/orders", { body: { ticketId } })).data;
    const states: string[] = [];
    let restarted: Promise<unknown> | undefined;
    const restart = async () => {
      await program.stop();
      await program.start();
      // Before the stream is opened again, as a rule: it begins with the state after both.
      await other.api.post("/api/orders", { body: { ticketId, quantity: 4 } });
      await buyer.api.delete("/api/orders/{id}", { path: { id } });
    };
    let isCancelled = false, hasSix = false;
    const events = await until(
      buyer.api,
      { tickets: [ticketId], orders: [id], onConnection: (state) => states.push(state) },
      (event) => {
        if (event.type === "inventory.changed" && event.available === 9) restarted ??= restart();
        hasSix ||= hasUnits(6)(event);
        isCancelled ||= event.type === "order.cancelled";
        return hasSix && isCancelled;
      },
    );
    await restarted;
    assert.ok(states.includes("lost") && states.at(-1) === "open", String(states));
    const stocks = events.flatMap((event) => event.type === "inventory.changed" ? [event.version] : []);
    assert.deepEqual(stocks, [...new Set(stocks)].sort((a, b) => a - b));
    assert.ok(buyer.browser.count("GET /live") >= 2);
  } finally {
    await program.stop();
  }
});
