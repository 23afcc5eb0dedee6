/** Client of the boxoffice API: typed requests, renewal of the session, bounded repeats, problems as errors. */

import { isLost, ProblemError, problemOf, ResponseError } from "./errors.ts";
import { changes, type LiveEvent, type LiveOptions, livePath, type LiveTopics } from "./live.ts";
import { type components, KEYED_OPERATIONS, type paths } from "./schema.ts";

export { type Code, ProblemError, ResponseError } from "./errors.ts";
export type { InventoryChanged, LiveEvent, LiveOptions, LiveTopics, OrderChanged, PaymentDeclined } from "./live.ts";

export type Schemas = components["schemas"];

/** Repeats of a request by default: a restart of one replica needs one, a second one is a reserve. */
const REPEATS_MAX = 2;

/** The longest pause before a repeat by default, in ms: a user waits for the result. */
const PAUSE_MAX_MS = 5_000;

/** The first pause after a lost connection, in ms. It doubles with each repeat; random by half, to spread clients. */
const PAUSE_FIRST_MS = 200;

/** Time for one response by default, in ms: above the API's own limit for the upload of an image, 45 s. */
const TIMEOUT_MS = 60_000;

/** The longest silence of a stream by default, in ms: three heartbeats of the API. */
const SILENCE_MAX_MS = 60_000;

/** Statuses without an effect, or with an unknown one: of the API (429, 503) and of a proxy (502, 504). */
const REPEATED_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface ClientOptions {
  /** The origin of the API, such as `https://api.shop.example`; by default that of the page. */
  origin?: string;
  fetch?: typeof fetch;
  /** Repeats of one request; 0 disables them. */
  repeatsMax?: number;
  /** A `Retry-After` that is longer than this is thrown at once. */
  pauseMaxMs?: number;
  timeoutMs?: number;
  /** A stream that is silent for longer than this is opened again. */
  silenceMaxMs?: number;
}

/** A successful response: 201 if the result is final, 202 if work continues after the response. */
export interface Success<Status, Data> {
  status: Status;
  data: Data;
  /** The entity tag, for `ifMatch` of a later change. */
  etag: string | undefined;
  headers: Headers;
}

type Method = "get" | "put" | "post" | "delete";

interface Described {
  parameters: { path?: unknown; query?: unknown; header?: unknown };
  requestBody?: unknown;
  responses: object;
}

/** The paths with this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends Described ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = Extract<paths[P][M], Described>;

/** The names of optional parameters; none if the operation has no parameters of this kind. */
type NamesOf<T> = [NonNullable<T>] extends [never] ? never : keyof NonNullable<T>;

/** The paths of lists in pages. */
export type ListPath = {
  [P in PathOf<"get">]: "cursor" extends NamesOf<Operation<"get", P>["parameters"]["query"]> ? P : never;
}[PathOf<"get">];

/** A property that is absent, optional or required, as its type in the document. */
type Property<Name extends string, T> = [NonNullable<T>] extends [never] ? unknown
  : undefined extends T ? { [N in Name]?: NonNullable<T> }
  : { [N in Name]: T };

/** The option for a header, if the operation documents the header. */
type HeaderOption<O extends Described, Header extends string, Name extends string> = Header extends
  NamesOf<O["parameters"]["header"]> ? { [N in Name]?: string | undefined } : unknown;

/** A JSON value, or the file that is uploaded. */
type BodyOf<O extends Described> = [NonNullable<O["requestBody"]>] extends [never] ? never
  : NonNullable<O["requestBody"]> extends { content: { "application/json": infer Json } } ? Json
  : Blob;

/** The options of one call. `path` and `query` have the parameters of the URL. */
export type CallOptions<M extends Method, P extends keyof paths, O extends Described = Operation<M, P>> =
  & Property<"path", O["parameters"]["path"]>
  & Property<"query", O["parameters"]["query"]>
  & Property<"body", BodyOf<O>>
  & HeaderOption<O, "Idempotency-Key", "idempotencyKey">
  & HeaderOption<O, "If-Match", "ifMatch">
  & { signal?: AbortSignal | undefined };

type Arguments<M extends Method, P extends keyof paths> = Record<never, never> extends CallOptions<M, P>
  ? [options?: CallOptions<M, P>]
  : [options: CallOptions<M, P>];

type DataOf<Response> = Response extends { content: { "application/json": infer Json } } ? Json
  : Response extends { content: object } ? Blob
  : undefined;

/** The successful responses of an operation; their union is discriminated by `status`. */
export type SuccessOf<M extends Method, P extends keyof paths, R = Operation<M, P>["responses"]> = {
  [S in keyof R]: Success<S, DataOf<R[S]>>;
}[keyof R];

/** The options of any call. */
interface AnyOptions {
  path?: Record<string, string | number>;
  query?: Record<string, string | number | boolean | null | undefined>;
  body?: unknown;
  idempotencyKey?: string | undefined;
  ifMatch?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** The media type of a stream. */
const EVENT_STREAM = "text/event-stream";

interface Call {
  url: string;
  init: RequestInit;
  signal: AbortSignal | undefined;
  /** Whether a second execution has no further effect. */
  isRepeatable: boolean;
}

/** A new idempotency key. (`crypto.randomUUID` is missing on pages of plain http.) */
export function idempotencyKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Client {
  readonly #origin: string;
  readonly #fetch: typeof fetch;
  readonly #repeatsMax: number;
  readonly #pauseMaxMs: number;
  readonly #timeoutMs: number;
  readonly #silenceMaxMs: number;
  #renewal: Promise<boolean> | undefined;
  #renewals = 0;

  constructor(options: ClientOptions = {}) {
    this.#origin = options.origin ?? "";
    // A browser's fetch is not called as a method: it rejects another `this` than the window.
    const send = options.fetch ?? globalThis.fetch;
    this.#fetch = (input, init) => send(input, init);
    this.#repeatsMax = options.repeatsMax ?? REPEATS_MAX;
    this.#pauseMaxMs = options.pauseMaxMs ?? PAUSE_MAX_MS;
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.#silenceMaxMs = options.silenceMaxMs ?? SILENCE_MAX_MS;
  }

  get<P extends PathOf<"get">>(path: P, ...[options]: Arguments<"get", P>): Promise<SuccessOf<"get", P>> {
    return this.#call("get", path, options) as Promise<SuccessOf<"get", P>>;
  }

  put<P extends PathOf<"put">>(path: P, ...[options]: Arguments<"put", P>): Promise<SuccessOf<"put", P>> {
    return this.#call("put", path, options) as Promise<SuccessOf<"put", P>>;
  }

  post<P extends PathOf<"post">>(path: P, ...[options]: Arguments<"post", P>): Promise<SuccessOf<"post", P>> {
    return this.#call("post", path, options) as Promise<SuccessOf<"post", P>>;
  }

  delete<P extends PathOf<"delete">>(
    path: P,
    ...[options]: Arguments<"delete", P>
  ): Promise<SuccessOf<"delete", P>> {
    return this.#call("delete", path, options) as Promise<SuccessOf<"delete", P>>;
  }

  /** The pages of a list, each requested when the loop reaches it. */
  async *pages<P extends ListPath>(path: P, ...[options]: Arguments<"get", P>): AsyncGenerator<SuccessOf<"get", P>> {
    const call = this.#prepared("get", path, options);
    for (let url: string | undefined = call.url; url !== undefined;) {
      const request: Call = { ...call, url };
      const page = await this.#signedIn(() => this.#repeated(request));
      yield page as SuccessOf<"get", P>;
      const next = /<([^>]*)>; *rel="?next"?/.exec(page.headers.get("Link") ?? "")?.[1];
      url = next === undefined ? undefined : this.#origin + next;
    }
  }

  /**
   * The present state of tickets and own orders, and then each change of them. The stream is opened again after a lost
   * connection, without a limit; it ends with the signal, and with an error that a later attempt would repeat.
   */
  live(options: LiveTopics & LiveOptions): AsyncGenerator<LiveEvent, void, undefined> {
    const url = this.#origin + livePath(options);
    const open = (signal: AbortSignal) => this.#signedIn(() => this.#opened(url, signal));
    return changes(open, this.#silenceMaxMs, options);
  }

  #call(method: Method, path: string, options: AnyOptions | undefined): Promise<Success<number, unknown>> {
    const call = this.#prepared(method, path, options);
    return this.#signedIn(() => this.#repeated(call));
  }

  /** One request with all of its headers: every repeat sends the same. */
  #prepared(method: Method, path: string, options: AnyOptions = {}): Call {
    const name = `${method.toUpperCase()} ${path}`;
    const headers: Record<string, string> = { Accept: "application/json" };
    const init: RequestInit = { method: method.toUpperCase(), headers, credentials: "include" };
    if (options.body instanceof Blob) {
      headers["Content-Type"] = options.body.type;
      init.body = options.body;
    } else if (options.body !== undefined) {
      headers["Content-Type"] = "application/json";
      init.body = JSON.stringify(options.body);
    }
    if (KEYED_OPERATIONS.has(name)) headers["Idempotency-Key"] = options.idempotencyKey ?? idempotencyKey();
    if (options.ifMatch !== undefined) headers["If-Match"] = options.ifMatch;
    const filled = path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(String(options.path?.[part])));
    const given = Object.entries(options.query ?? {}).filter(([, value]) => value !== undefined && value !== null);
    const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
    // After a change with If-Match whose response is lost, a repeat would receive 412.
    const isRepeatable = method === "post" ? KEYED_OPERATIONS.has(name) : options.ifMatch === undefined;
    return { url: this.#origin + filled + (query && `?${query}`), init, signal: options.signal, isRepeatable };
  }

  /** The result of a request; after a 401 for an expired session, renews the session and repeats the request once. */
  async #signedIn<Result>(request: () => Promise<Result>): Promise<Result> {
    const renewals = this.#renewals;
    try {
      return await request();
    } catch (error) {
      const hasExpired = error instanceof ProblemError && error.code === "not_signed_in";
      if (!hasExpired || !await this.#renewed(renewals)) throw error;
      return await request();
    }
  }

  /** Renews the session, one time for concurrent requests and those sent before it. False if the session has ended. */
  #renewed(renewals: number): Promise<boolean> {
    if (renewals !== this.#renewals) return Promise.resolve(true);
    const renew = async () => {
      try {
        await this.#repeated({ ...this.#prepared("post", "/api/users/renew"), isRepeatable: true });
        this.#renewals += 1;
        return true;
      } catch (error) {
        if (error instanceof ProblemError && error.code === "not_signed_in") return false;
        throw error;
      } finally {
        this.#renewal = undefined;
      }
    };
    return this.#renewal ??= renew();
  }

  /** Sends a request, and repeats a repeatable one after a failure without a final response. */
  async #repeated(call: Call): Promise<Success<number, unknown>> {
    for (let repeats = 0;; repeats++) {
      try {
        return await this.#sent(call);
      } catch (error) {
        const isLast = !call.isRepeatable || call.signal?.aborted || repeats >= this.#repeatsMax;
        const pauseMs = isLast ? undefined : pauseAfter(error, repeats);
        if (pauseMs === undefined || pauseMs > this.#pauseMaxMs) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        call.signal?.throwIfAborted();
      }
    }
  }

  async #sent(call: Call): Promise<Success<number, unknown>> {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const signal = call.signal === undefined ? timeout : AbortSignal.any([timeout, call.signal]);
    const response = await this.#fetch(call.url, { ...call.init, signal });
    const problem = await problemOf(response);
    if (problem !== undefined) throw problem;
    const { status, headers } = response;
    const mediaType = headers.get("Content-Type") ?? "";
    const isJson = mediaType.startsWith("application/json");
    const data = status === 204 ? undefined : isJson ? await response.json() : await response.blob();
    if (!response.ok) throw new ResponseError(status, headers);
    return { status, data, etag: headers.get("ETag") ?? undefined, headers };
  }

  /** The response of a stream. Its time limit ends with the headers. */
  async #opened(url: string, signal: AbortSignal): Promise<Response> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(new DOMException("no response", "TimeoutError")), this.#timeoutMs);
    try {
      const headers = { Accept: EVENT_STREAM };
      const either = AbortSignal.any([limit.signal, signal]);
      const response = await this.#fetch(url, { headers, credentials: "include", signal: either });
      const isStream = response.status === 200 && response.headers.get("Content-Type")?.startsWith(EVENT_STREAM);
      if (isStream) return response;
      const problem = await problemOf(response);
      if (problem !== undefined) throw problem;
      await response.body?.cancel();
      const message = response.ok ? "The response is no stream of events" : undefined;
      throw new ResponseError(response.status, response.headers, message);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Milliseconds to wait before a repeat; none if a repeat would fail in the same way. */
function pauseAfter(error: unknown, repeats: number): number | undefined {
  const backoffMs = PAUSE_FIRST_MS * 2 ** repeats * (0.5 + Math.random());
  if (error instanceof ResponseError) {
    if (!REPEATED_STATUSES.has(error.status)) return undefined;
    return error.retryAfter === undefined ? backoffMs : error.retryAfter * 1000;
  }
  return isLost(error) ? backoffMs : undefined;
}
