/** The stream `GET /live`: the present state of tickets and orders, and each change of them. */

import { isLost, ResponseError } from "./errors.ts";
import { EventStreamParser, type ServerSentEvent } from "./event_stream.ts";
import type { components } from "./schema.ts";

/** The pause before a stream is opened again, in ms, unless the API states one with `retry`. */
const RETRY_MS = 2_000;

/** The longest pause, in ms, of the back-off while the API is away: a user waits for the present state. */
const RETRY_MAX_MS = 60_000;

/** The longest `Retry-After` that is followed, in ms: the lifetime of a stream. */
const RETRY_AFTER_MAX_MS = 600_000;

/** Statuses below 500 after which a later attempt may succeed: a slow request, and the rate limit. */
const TEMPORARY_STATUSES: ReadonlySet<number> = new Set([408, 429]);

/** The stock of a ticket. */
export interface InventoryChanged {
  type: "inventory.changed";
  ticketId: string;
  /** The version of the stock. */
  version: number;
  /** The version of the ticket, which a withdrawal or a change of its show increments. */
  ticketVersion: number;
  /** Units that can be ordered. */
  available: number;
}

/** The status of an order. */
export interface OrderChanged {
  type: "order.created" | "order.updated" | "order.completed" | "order.cancelled";
  orderId: string;
  version: number;
  status: components["schemas"]["OrderView"]["status"];
}

/** A declined payment of an order, whose status does not change. It is no part of the present state. */
export interface PaymentDeclined {
  type: "payment.declined";
  orderId: string;
  paymentId: string;
  version: number;
}

/** A state or a change, discriminated by `type`. */
export type LiveEvent = InventoryChanged | OrderChanged | PaymentDeclined;

/** The subjects of a stream, 200 at most: ids of tickets, and of orders of the user. */
export type LiveTopics =
  | { tickets: readonly string[]; orders?: readonly string[] | undefined }
  | { tickets?: readonly string[] | undefined; orders: readonly string[] };

export interface LiveOptions {
  /** Ends the stream, without an error. */
  signal?: AbortSignal | undefined;
  /** Receives `open` with each opened stream, and `lost` when it has ended or an attempt to open it has failed. */
  onConnection?: ((state: "open" | "lost") => void) | undefined;
}

/** Opens the stream; throws the typed errors. */
export type Open = (signal: AbortSignal) => Promise<Response>;

/** The path of the stream of these topics. */
export function livePath({ tickets = [], orders = [] }: LiveTopics): string {
  const topic = (kind: string) => (id: string) => `${kind}:${encodeURIComponent(id)}`;
  return `/live?topics=${[...tickets.map(topic("ticket")), ...orders.map(topic("order"))].join(",")}`;
}

/** The events of streams that are opened one after the other, each version of a subject once. */
export async function* changes(
  open: Open,
  silenceMaxMs: number,
  { signal = new AbortController().signal, onConnection }: LiveOptions,
): AsyncGenerator<LiveEvent, void, undefined> {
  const versions = new Versions();
  let retryMs = RETRY_MS;
  for (let failures = 1; !signal.aborted; failures++) {
    let retryAfterMs = 0;
    const response = await open(signal).catch((error: unknown) => {
      if (!signal.aborted && !isTemporary(error)) throw error;
      if (error instanceof ResponseError) retryAfterMs = (error.retryAfter ?? 0) * 1000;
    });
    if (response) {
      onConnection?.("open");
      const parser = new EventStreamParser();
      for await (const chunk of chunksOf(response, silenceMaxMs, signal)) {
        failures = 0;
        const events = parser.push(chunk);
        retryMs = parser.retryMs ?? retryMs;
        for (const event of events.map(typed)) {
          if (event !== undefined && versions.advance(event)) yield event;
          if (signal.aborted) return;
        }
      }
    }
    if (signal.aborted) return;
    onConnection?.("lost");
    const backoffMs = pauseMs(retryMs, failures, Math.random());
    await pause(Math.max(backoffMs, Math.min(retryAfterMs, RETRY_AFTER_MAX_MS)), signal);
  }
}

/** Milliseconds before the next attempt: doubled by each failure in a row, random by half to spread clients. */
export function pauseMs(retryMs: number, failures: number, random: number): number {
  return Math.min(retryMs * 2 ** failures, RETRY_MAX_MS) * (0.5 + random);
}

/** Whether a later attempt may succeed. */
function isTemporary(error: unknown): boolean {
  if (error instanceof ResponseError) return error.status >= 500 || TEMPORARY_STATUSES.has(error.status);
  return isLost(error);
}

/** Waits, until the signal at most. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** The chunks of a response, until it ends, its connection is lost, it is silent for too long, or the signal aborts. */
async function* chunksOf(
  response: Response,
  silenceMaxMs: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  // A read that is waiting returns the end.
  const cancel = () => void reader.cancel().catch(() => {});
  signal.addEventListener("abort", cancel);
  try {
    while (!signal.aborted) {
      const timer = setTimeout(cancel, silenceMaxMs);
      // A failed read is a lost connection, whatever its error in this browser.
      const chunk = await reader.read().catch(() => undefined).finally(() => clearTimeout(timer));
      if (chunk?.value === undefined) return;
      yield chunk.value;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
}

/** The event with its type; none for the types of later versions of the API. */
function typed({ type, data }: ServerSentEvent): LiveEvent | undefined {
  switch (type) {
    case "inventory.changed":
    case "order.created":
    case "order.updated":
    case "order.completed":
    case "order.cancelled":
    case "payment.declined":
      return { ...JSON.parse(data), type };
    default:
      return undefined;
  }
}

/** The last known versions of the subjects. A new stream repeats the present state, and streams may overlap. */
class Versions {
  readonly #known = new Map<string, readonly number[]>();

  /** Whether an event is newer than the last one of its subject, which it replaces then. */
  advance(event: LiveEvent): boolean {
    const [subject, versions] = subjectOf(event);
    const known = this.#known.get(subject) ?? [];
    const isNewer = versions.some((version, at) => version > (known[at] ?? -1)) &&
      versions.every((version, at) => version >= (known[at] ?? -1));
    if (isNewer) this.#known.set(subject, versions);
    return isNewer;
  }
}

/** The subject of an event and its versions: a ticket has one of its own and one of its stock. */
function subjectOf(event: LiveEvent): [string, readonly number[]] {
  switch (event.type) {
    case "inventory.changed":
      return [`ticket:${event.ticketId}`, [event.version, event.ticketVersion]];
    case "payment.declined":
      return [`payment:${event.paymentId}`, [event.version]];
    default:
      return [`order:${event.orderId}`, [event.version]];
  }
}
