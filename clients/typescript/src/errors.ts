/** Errors of the API and of proxies in front of it. */

import type { components } from "./schema.ts";

type Schemas = components["schemas"];

export type Code = Schemas["Code"];

/** An error status without a problem body, from a proxy in front of the API. */
export class ResponseError extends Error {
  override readonly name: string = "ResponseError";
  readonly status: number;
  /** Seconds until a repeat may succeed. */
  readonly retryAfter: number | undefined;

  constructor(status: number, headers: Headers, message = `The response has the status ${status}`) {
    super(message);
    this.status = status;
    const seconds = headers.get("Retry-After");
    this.retryAfter = seconds !== null && /^\d+$/.test(seconds) ? Number(seconds) : undefined;
  }
}

/** A problem of the API (RFC 9457). Programs branch on `code`. */
export class ProblemError extends ResponseError {
  override readonly name = "ProblemError";
  readonly code: Code;
  readonly errors: Schemas["FieldError"][];
  /** As in the header `X-Request-Id` and in the logs of the API. */
  readonly requestId: string;

  constructor(problem: Schemas["Problem"], headers: Headers) {
    super(problem.status, headers, problem.detail);
    this.code = problem.code;
    this.errors = problem.errors;
    this.requestId = problem.requestId;
  }
}

/** The problem of a response; none if the response has another body. */
export async function problemOf(response: Response): Promise<ProblemError | undefined> {
  const mediaType = response.headers.get("Content-Type") ?? "";
  if (!mediaType.startsWith("application/problem+json")) return undefined;
  return new ProblemError(await response.json(), response.headers);
}

/** Whether an error is a lost connection or a time limit. */
export function isLost(error: unknown): boolean {
  // A lost connection is a TypeError (Fetch Standard, 5.6).
  return error instanceof TypeError || error instanceof DOMException && error.name === "TimeoutError";
}
