/** Users of a started marketplace: `MARKETPLACE` is its origin, `OTHER_ORIGIN` one of its CORS_ORIGINS. */

import assert from "node:assert/strict";
import process from "node:process";
import { Client, type ClientOptions, type Code, idempotencyKey, ProblemError } from "../src/client.ts";
import { Browser } from "./browser.ts";

export const marketplace = process.env["MARKETPLACE"] ?? "";
export const otherOrigin = process.env["OTHER_ORIGIN"] ?? "";
export const password = "a fine password";

export interface User {
  api: Client;
  browser: Browser;
  email: string;
}

/** A signed-in user on a page of an origin, whose client sends requests through a fetch of a test. */
export async function signedUp(
  through?: (send: typeof fetch) => typeof fetch,
  pageOrigin = marketplace,
  options: ClientOptions = {},
): Promise<User> {
  const browser = new Browser(marketplace, pageOrigin);
  const email = `user-${idempotencyKey()}@example.com`;
  const origin = pageOrigin === marketplace ? {} : { origin: marketplace };
  const send = through?.(browser.fetch) ?? browser.fetch;
  const api = new Client({ ...origin, ...options, fetch: send });
  await api.post("/api/users/signup", { body: { email, password } });
  return { api, browser, email };
}

export async function offer(seller: Client, quantity = 1): Promise<string> {
  return (await seller.post("/api/tickets", { body: { title: "Box", price: 20.5, quantity } })).data.id;
}

export async function problem(call: Promise<unknown>, status: number, code: Code): Promise<ProblemError> {
  const error = await call.then(() => assert.fail(`no ${code}`), (error: unknown) => error);
  assert.ok(error instanceof ProblemError, String(error));
  assert.deepEqual([error.status, error.code], [status, code]);
  assert.match(error.requestId, /^[0-9a-f]{24}$/);
  return error;
}
