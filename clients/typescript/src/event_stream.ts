/** The parser of server-sent events (HTML Living Standard, 9.2.6). */

/** Characters of one event at most, to bound the memory: events of the API have some hundred. */
const EVENT_LENGTH_MAX = 65_536;

export interface ServerSentEvent {
  /** `message` if the event states none. */
  type: string;
  data: string;
  lastEventId: string;
}

/** The parser of one stream, whose bytes arrive in chunks with any borders. */
export class EventStreamParser {
  /** The last `retry` of the stream: the time before it is opened again, in ms. */
  retryMs: number | undefined;
  // Drops a byte order mark at the start of the stream, and keeps the bytes of an incomplete character.
  readonly #decoder = new TextDecoder();
  /** The line that has not ended yet. */
  #line = "";
  /** Whether the last character was a CR: a LF after it belongs to the same line break. */
  #isAfterReturn = false;
  #type = "";
  #data: string[] = [];
  #length = 0;
  #lastEventId = "";

  /** The events that these bytes complete. Throws a `RangeError` for an incomplete event beyond the limit. */
  push(bytes: Uint8Array): ServerSentEvent[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    if (this.#isAfterReturn && text.startsWith("\n")) text = text.slice(1);
    this.#isAfterReturn = text === "" ? false : text.endsWith("\r");
    const lines = text.split(/\r\n|\n|\r/);
    lines[0] = this.#line + lines[0];
    this.#line = lines.pop() ?? "";
    const events = lines.map((line) => this.#read(line)).filter((event) => event !== undefined);
    if (this.#line.length + this.#length > EVENT_LENGTH_MAX) {
      throw new RangeError(`An event has more than ${EVENT_LENGTH_MAX} characters`);
    }
    return events;
  }

  /** Reads a line; a blank one completes an event. */
  #read(line: string): ServerSentEvent | undefined {
    if (line === "") return this.#completed();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    switch (field) {
      case "event":
        this.#type = value;
        break;
      case "data":
        this.#data.push(value);
        this.#length += value.length + 1;
        break;
      case "id":
        if (!value.includes("\0")) this.#lastEventId = value;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) this.retryMs = Number(value);
        break;
      default:
        // A comment, whose field is empty, or an unknown field.
    }
    return undefined;
  }

  #completed(): ServerSentEvent | undefined {
    const hasData = this.#data.length > 0;
    const event = { type: this.#type || "message", data: this.#data.join("\n"), lastEventId: this.#lastEventId };
    this.#type = "";
    this.#data = [];
    this.#length = 0;
    return hasData ? event : undefined;
  }
}
