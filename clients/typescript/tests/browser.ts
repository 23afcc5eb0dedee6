/** Parts of a browser that Deno's fetch lacks: cookies, and CORS for pages of another origin (Fetch Standard, 3.2). */

const SAFE_METHODS = ["GET", "HEAD", "POST"];
const SAFE_REQUEST_HEADERS = ["accept", "accept-language", "content-language"];
const SAFE_CONTENT_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
const SAFE_RESPONSE_HEADERS = [
  "cache-control",
  "content-language",
  "content-length",
  "content-type",
  "expires",
  "last-modified",
  "pragma",
];

// A test replaces the global one.
const network = fetch;

interface Cookie {
  value: string;
  expiresAt: number;
}

export interface Sent {
  /** Such as `POST /api/orders`. */
  name: string;
  key: string | null;
}

/** A browser with a page of an origin. All requests go to one marketplace, whose cookies are host-only. */
export class Browser {
  /** The requests of the page, without preflight requests. */
  readonly sent: Sent[] = [];
  readonly #cookies = new Map<string, Cookie>();
  readonly #marketplace: string;
  readonly #pageOrigin: string;

  constructor(marketplace: string, pageOrigin = marketplace) {
    this.#marketplace = marketplace;
    this.#pageOrigin = pageOrigin;
  }

  /** The count of requests with this name. */
  count(name: string): number {
    return this.sent.filter((sent) => sent.name === name).length;
  }

  /** Waits until a cookie has expired; its lifetime is that of the session token. */
  async expired(name: string): Promise<void> {
    const remainingMs = (this.#cookies.get(name)?.expiresAt ?? 0) - Date.now();
    if (remainingMs > 0) await new Promise((resolve) => setTimeout(resolve, remainingMs));
  }

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(new URL(String(input), this.#pageOrigin), init);
    const path = new URL(request.url).pathname;
    this.sent.push({ name: `${request.method} ${path}`, key: request.headers.get("Idempotency-Key") });
    const isCrossOrigin = this.#pageOrigin !== this.#marketplace;
    if (isCrossOrigin) await this.#preflight(request);
    const headers = new Headers(request.headers);
    const hasCookies = request.credentials === "include" || !isCrossOrigin;
    if (hasCookies) headers.set("Cookie", this.#cookieHeader());
    headers.set("Sec-Fetch-Site", isCrossOrigin ? "same-site" : "same-origin");
    if (isCrossOrigin || request.method !== "GET") headers.set("Origin", this.#pageOrigin);
    const response = await network(new Request(request, { headers }));
    if (hasCookies) this.#store(response.headers.getSetCookie());
    return isCrossOrigin ? await this.#readable(response) : response;
  };

  #cookieHeader(): string {
    const live = [...this.#cookies].filter(([, cookie]) => cookie.expiresAt > Date.now());
    return live.map(([name, { value }]) => `${name}=${value}`).join("; ");
  }

  #store(lines: string[]): void {
    for (const line of lines) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const seconds = Number(/; Max-Age=(\d+)/.exec(line)?.[1] ?? Infinity);
      this.#cookies.set(name, { value, expiresAt: Date.now() + seconds * 1000 });
    }
  }

  /** Sends the preflight request for a request that a form cannot send; throws if it is refused. */
  async #preflight(request: Request): Promise<void> {
    const type = request.headers.get("Content-Type");
    const isSafe = (name: string) =>
      SAFE_REQUEST_HEADERS.includes(name) ||
      (name === "content-type" && type !== null && SAFE_CONTENT_TYPES.includes(type));
    const unsafe = [...request.headers.keys()].filter((name) => !isSafe(name)).sort();
    if (unsafe.length === 0 && SAFE_METHODS.includes(request.method)) return;
    const response = await network(request.url, {
      method: "OPTIONS",
      headers: {
        "Origin": this.#pageOrigin,
        "Access-Control-Request-Method": request.method,
        "Access-Control-Request-Headers": unsafe.join(","),
      },
    });
    await response.body?.cancel();
    const allowed = (name: string) => list(response.headers, name).map((word) => word.toLowerCase());
    const isAllowed = response.ok && this.#grants(response) &&
      unsafe.every((name) => allowed("Access-Control-Allow-Headers").includes(name)) &&
      (SAFE_METHODS.includes(request.method) ||
        allowed("Access-Control-Allow-Methods").includes(request.method.toLowerCase()));
    if (!isAllowed) throw new TypeError(`CORS: the preflight request of ${request.method} ${request.url} was refused`);
  }

  #grants({ headers }: Response): boolean {
    return headers.get("Access-Control-Allow-Origin") === this.#pageOrigin &&
      headers.get("Access-Control-Allow-Credentials") === "true";
  }

  /** The response with the headers that the page may read. */
  async #readable(response: Response): Promise<Response> {
    if (!this.#grants(response)) {
      await response.body?.cancel();
      throw new TypeError("CORS: the response may not be read");
    }
    const exposed = list(response.headers, "Access-Control-Expose-Headers").map((name) => name.toLowerCase());
    const headers = [...response.headers].filter(([name]) =>
      SAFE_RESPONSE_HEADERS.includes(name) || exposed.includes(name)
    );
    return new Response(response.body, { status: response.status, headers });
  }
}

function list(headers: Headers, name: string): string[] {
  return (headers.get(name) ?? "").split(",").map((word) => word.trim()).filter((word) => word !== "");
}
