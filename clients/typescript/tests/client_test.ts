/** The client against a started marketplace: `MARKETPLACE` is its origin, `OTHER_ORIGIN` one of its CORS_ORIGINS. */

import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { Client, idempotencyKey, ResponseError } from "../src/client.ts";
import { Browser } from "./browser.ts";
import { marketplace, offer, otherOrigin, password, problem, signedUp } from "./users.ts";

/** A fetch that loses the response of the first request with this name, after the marketplace has executed it. */
const losing = (name: string) => (send: typeof fetch): typeof fetch => {
  let isLost = false;
  return async (input, init) => {
    const response = await send(input, init);
    if (isLost || `${init?.method} ${new URL(String(input), marketplace).pathname}` !== name) return response;
    isLost = true;
    await response.body?.cancel();
    throw new TypeError("connection lost");
  };
};

/** A fetch that returns one response without an effect in place of the first order. */
const refusing = (response: Response) => (send: typeof fetch): typeof fetch => {
  let isRefused = false;
  return (input, init) => {
    if (isRefused || init?.method !== "POST" || !String(input).endsWith("/api/orders")) return send(input, init);
    isRefused = true;
    return Promise.resolve(response);
  };
};

function unavailable(retryAfter: string): Response {
  const body = {
    type: "about:blank",
    title: "",
    status: 503,
    detail: "",
    code: "unavailable",
    requestId: "0".repeat(24),
    errors: [{ message: "" }],
  };
  return new Response(JSON.stringify(body), {
    status: 503,
    headers: { "Content-Type": "application/problem+json", "Retry-After": retryAfter },
  });
}

test("an order is placed, paid and read", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const ticketId = await offer(seller.api);
  const order = await buyer.api.post("/api/orders", { body: { ticketId, expectedTotal: 20.5 } });
  assert.deepEqual([order.status, order.data.status, order.data.total], [201, "created", 20.5]);
  const payment = await buyer.api.post("/api/payments", { body: { orderId: order.data.id, token: "tok_visa" } });
  assert.deepEqual([payment.status, payment.data.status], [201, "captured"]);
  const read = await buyer.api.get("/api/orders/{id}", { path: { id: order.data.id } });
  assert.equal(read.data.status, "complete");
});

test("a problem is an error with its code", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const ticketId = await offer(seller.api);
  await buyer.api.post("/api/orders", { body: { ticketId } });
  await problem((await signedUp()).api.post("/api/orders", { body: { ticketId } }), 409, "sold_out");
  const invalid = await problem(
    seller.api.post("/api/tickets", { body: { title: "", price: -1 } }),
    400,
    "invalid_request",
  );
  assert.deepEqual(invalid.errors.map((error) => error.field).sort(), ["price", "title"]);
});

test("an accepted change returns 202, and a file is uploaded", async () => {
  const { api } = await signedUp();
  const show = await api.post("/api/shows", {
    body: { title: "Opera", venue: { name: "Town Hall", timeZone: "Europe/Berlin" }, startsAt: "2035-06-01T18:00:00Z" },
  });
  const path = { id: show.data.id };
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const file = new Blob([Uint8Array.from(atob(png), (character) => character.charCodeAt(0))], { type: "image/png" });
  assert.equal((await api.put("/api/shows/{id}/image", { path, body: file })).status, 204);
  const image = (await api.get("/api/shows/{id}", { path })).data.image;
  const id = image?.small.split("/")[3] ?? "";
  assert.equal((await api.get("/api/images/{id}/{size}", { path: { id, size: "small" } })).data.type, "image/jpeg");
  assert.equal((await api.post("/api/shows/{id}/cancel", { path })).status, 202);
});

test("a change with the tag of an older version is rejected", async () => {
  const { api } = await signedUp();
  const path = { id: await offer(api) };
  const { etag } = await api.get("/api/tickets/{id}", { path });
  assert.ok(etag);
  const changed = await api.put("/api/tickets/{id}", { path, body: { title: "Box", price: 30 }, ifMatch: etag });
  assert.notEqual(changed.etag, etag);
  await problem(
    api.put("/api/tickets/{id}", { path, body: { title: "Box", price: 40 }, ifMatch: etag }),
    412,
    "precondition_failed",
  );
});

test("a list has its pages", async () => {
  const { api } = await signedUp();
  const offered = [];
  for (let count = 0; count < 5; count++) offered.push(await offer(api));
  const seller = (await api.get("/api/users/currentuser")).data.currentUser?.id ?? "";
  const pages = [];
  for await (const page of api.pages("/api/tickets", { query: { seller, limit: 2 } })) {
    pages.push(page.data.map((ticket) => ticket.id));
  }
  assert.deepEqual(pages.map((page) => page.length), [2, 2, 1]);
  assert.deepEqual(pages.flat().sort(), offered.sort());
});

test("a repeat after a lost response has the same key, and one order exists", async () => {
  const seller = await signedUp(), buyer = await signedUp(losing("POST /api/orders"));
  const order = await buyer.api.post("/api/orders", { body: { ticketId: await offer(seller.api, 10) } });
  const keys = buyer.browser.sent.filter((sent) => sent.name === "POST /api/orders").map((sent) => sent.key);
  assert.equal(keys.length, 2);
  assert.ok(keys[0] !== null && keys[0] === keys[1], String(keys));
  const orders = (await buyer.api.get("/api/orders")).data.map((one) => one.id);
  assert.deepEqual(orders, [order.data.id]);
});

test("a key of the caller makes two calls one order", async () => {
  const seller = await signedUp(), buyer = await signedUp();
  const options = { body: { ticketId: await offer(seller.api, 10) }, idempotencyKey: idempotencyKey() };
  const first = await buyer.api.post("/api/orders", options), second = await buyer.api.post("/api/orders", options);
  assert.equal(first.data.id, second.data.id);
  const other = { ...options, body: { ...options.body, quantity: 2 } };
  await problem(buyer.api.post("/api/orders", other), 422, "idempotency_key_reused");
  assert.notEqual(
    (await buyer.api.post("/api/orders", { body: options.body })).data.id,
    first.data.id,
    "a key of its own",
  );
});

test("a change that a repeat could execute twice is not repeated", async () => {
  const { api, browser } = await signedUp();
  const path = { id: await offer(api) };
  const { etag } = await api.get("/api/tickets/{id}", { path });
  const edit = `PUT /api/tickets/${path.id}`, signOut = "POST /api/users/signout-everywhere";
  const editing = new Client({ fetch: losing(edit)(browser.fetch) });
  await assert.rejects(
    editing.put("/api/tickets/{id}", { path, body: { title: "Box", price: 30 }, ifMatch: etag }),
    TypeError,
  );
  const signingOut = new Client({ fetch: losing(signOut)(browser.fetch) });
  await assert.rejects(signingOut.post("/api/users/signout-everywhere"), TypeError);
  assert.deepEqual([browser.count(edit), browser.count(signOut)], [1, 1]);
});

test("an unavailable marketplace receives the request again after Retry-After, up to the bound", async () => {
  const seller = await signedUp(), ticketId = await offer(seller.api, 10);
  const patient = await signedUp(refusing(unavailable("0")));
  assert.equal((await patient.api.post("/api/orders", { body: { ticketId } })).status, 201);
  const busy = await signedUp(refusing(unavailable("6")));
  assert.equal((await problem(busy.api.post("/api/orders", { body: { ticketId } }), 503, "unavailable")).retryAfter, 6);
  const impatient = await signedUp(refusing(unavailable("0")), marketplace, { repeatsMax: 0 });
  await problem(impatient.api.post("/api/orders", { body: { ticketId } }), 503, "unavailable");
  const proxied = await signedUp(
    refusing(new Response("<html>", { status: 403, headers: { "Content-Type": "text/html" } })),
  );
  await assert.rejects(
    proxied.api.post("/api/orders", { body: { ticketId } }),
    (error) => error instanceof ResponseError && error.status === 403,
  );
});

test("an aborted call is not repeated", async () => {
  const { api, browser } = await signedUp();
  await assert.rejects(api.get("/api/orders", { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.equal(browser.count("GET /api/orders"), 1);
  // The error of AbortSignal.timeout, as for the client's own timeout.
  const signal = AbortSignal.abort(new DOMException("late", "TimeoutError"));
  await assert.rejects(api.get("/api/payments", { signal }), { name: "TimeoutError" });
  assert.equal(browser.count("GET /api/payments"), 1);
});

test("a response that takes too long is requested again", async () => {
  let isFirst = true;
  const hanging = (send: typeof fetch): typeof fetch => (input, init) => {
    if (!isFirst || !String(input).endsWith("/api/orders")) return send(input, init);
    isFirst = false;
    return new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
  };
  const { browser } = await signedUp();
  const api = new Client({ fetch: hanging(browser.fetch), timeoutMs: 1_000 });
  assert.deepEqual((await api.get("/api/orders")).data, []);
});

test("concurrent requests after the expiry of the token share one renewal", async () => {
  const early = ["/api/orders", "/api/users/sessions"], expired: string[] = [];
  const bothExpired = Promise.withResolvers<void>(), late = Promise.withResolvers<void>();
  // The lists of `early` receive 401 at the same time, the list of payments receives it after the renewal.
  const ordered = (send: typeof fetch): typeof fetch => async (input, init) => {
    // Meanwhile both have read their 401.
    if (input === "/api/users/renew") await new Promise((resolve) => setTimeout(resolve, 200));
    const response = await send(input, init);
    if (response.status !== 401) return response;
    const body = await response.text();
    if (early.includes(String(input)) && expired.push(String(input)) === early.length) bothExpired.resolve();
    await (input === "/api/payments" ? late : bothExpired).promise;
    return new Response(body, response);
  };
  const { api, browser } = await signedUp(ordered);
  await browser.expired("session");
  const lists = [api.get("/api/orders"), api.get("/api/users/sessions")];
  const payments = api.get("/api/payments");
  for (const list of await Promise.all(lists)) assert.equal(list.status, 200);
  late.resolve();
  assert.equal((await payments).status, 200);
  assert.equal(browser.count("POST /api/users/renew"), 1);
  assert.equal(browser.count("GET /api/payments"), 2);
});

test("an ended session is a problem after one attempt to renew it", async () => {
  const { api, browser, email } = await signedUp();
  const elsewhere = new Client({ fetch: new Browser(marketplace).fetch });
  await elsewhere.post("/api/users/signin", { body: { email, password } });
  await elsewhere.post("/api/users/signout-everywhere");
  await problem(api.post("/api/tickets", { body: { title: "Box", price: 1 } }), 401, "not_signed_in");
  assert.equal(browser.count("POST /api/users/renew"), 1);
  await problem(
    api.post("/api/users/signin", { body: { email, password: "a wrong password" } }),
    401,
    "bad_credentials",
  );
  assert.equal(browser.count("POST /api/users/renew"), 1);
});

test("a page of a listed origin uses the whole API", async () => {
  const { api, browser } = await signedUp(undefined, otherOrigin);
  const path = { id: await offer(api) };
  await offer(api);
  const { etag } = await api.get("/api/tickets/{id}", { path });
  assert.ok(etag, "ETag is readable");
  await api.put("/api/tickets/{id}", { path, body: { title: "Box", price: 30 }, ifMatch: etag });
  const seller = (await api.get("/api/users/currentuser")).data.currentUser?.id ?? "";
  let count = 0;
  for await (const page of api.pages("/api/tickets", { query: { seller, limit: 1 } })) count += page.data.length;
  assert.equal(count, 2, "Link is readable");
  await problem(api.post("/api/orders", { body: { ticketId: path.id } }), 409, "own_ticket");
  await browser.expired("session");
  const renewals = browser.count("POST /api/users/renew");
  assert.equal((await api.delete("/api/tickets/{id}", { path })).status, 204);
  assert.equal(browser.count("POST /api/users/renew"), renewals + 1);
});

test("a page of an origin that is not listed is refused by the preflight", async () => {
  const browser = new Browser(marketplace, "http://localhost:1");
  const api = new Client({ origin: marketplace, fetch: browser.fetch, repeatsMax: 0 });
  await assert.rejects(api.get("/api/tickets"), /CORS/);
  await assert.rejects(api.post("/api/users/signup", { body: { email: "a@example.com", password } }), /CORS/);
});

test("the code of the page runs", async () => {
  const { api, browser, email } = await signedUp();
  const seller = await signedUp();
  const ticketId = await offer(seller.api);
  // The page's client has no options; a browser would resolve its paths.
  globalThis.fetch = browser.fetch;
  const app = await import(process.env["APP"] ?? "");
  assert.equal((await app.signIn(email, password)).email, email);
  assert.equal((await app.currentUser()).email, email);
  const hidden = new AbortController();
  await app.showStock(ticketId, (units: number) => units === 1 && hidden.abort(), hidden.signal);
  const order = await app.order(ticketId, 20.5, idempotencyKey());
  const declined = await app.pay(order.id, "tok_declined", idempotencyKey()).catch((error: unknown) => error);
  assert.match(app.message(declined), /request [0-9a-f]{24}/);
  assert.equal((await app.pay(order.id, "tok_visa", idempotencyKey())).status, "captured");
  assert.equal(await app.outcome(order.id, AbortSignal.timeout(30_000)), "complete");
  const own = await offer(api);
  const shown = (await api.get("/api/tickets/{id}", { path: { id: own } })).data;
  await api.put("/api/tickets/{id}", { path: { id: own }, body: { title: "Box", price: 30 } });
  await assert.rejects(app.withdraw(shown), { status: 412, code: "precondition_failed" });
  const tickets = await app.ticketsOf(shown.userId);
  assert.deepEqual(tickets.map((ticket: { id: string }) => ticket.id), [own]);
  await app.withdraw(tickets[0]);
  assert.deepEqual(await app.ticketsOf(shown.userId), []);
});
