/** The parser of server-sent events, for each border between two chunks. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { EventStreamParser, type ServerSentEvent } from "../src/event_stream.ts";

type Expected = [data: string, type?: string, lastEventId?: string];

const CASES: [rule: string, stream: string | Uint8Array, ...expected: Expected[]][] = [
  ["an event has a type, an id and data", "event: a\nid: 7\ndata: x\n\n", ["x", "a", "7"]],
  ["the type is message by default", "data: x\n\n", ["x"]],
  ["the type belongs to one event", "event: a\ndata: x\n\ndata: y\n\n", ["x", "a"], ["y"]],
  ["the type belongs to an event without data", "event: a\n\ndata: y\n\n", ["y"]],
  ["the last type and the last id apply", "event: a\nevent: b\nid: 1\nid: 2\ndata: x\n\n", ["x", "b", "2"]],
  ["an empty type is message", "event: a\nevent\ndata: x\n\n", ["x"]],
  ["lines end with LF", "data: x\ndata: y\n\ndata: z\n\n", ["x\ny"], ["z"]],
  ["lines end with CRLF", "data: x\r\ndata: y\r\n\r\ndata: z\r\n\r\n", ["x\ny"], ["z"]],
  ["lines end with CR", "data: x\rdata: y\r\rdata: z\r\r", ["x\ny"], ["z"]],
  ["line ends are mixed", "data: x\r\ndata: y\n\r\ndata: z\r\n\rdata: a\n\n", ["x\ny"], ["z"], ["a"]],
  ["LF before CR are two line ends", "data: x\n\rdata: y\n\r", ["x"], ["y"]],
  ["one space after the colon is dropped", "data:x\ndata: y\ndata:  z\ndata:\tt\n\n", ["x\ny\n z\n\tt"]],
  ["a value contains colons", 'data: {"a":"b: c"}\n\n', ['{"a":"b: c"}']],
  ["a field without a colon has an empty value", "data\n\ndata\ndata\n\n", [""], ["\n"]],
  ["empty data is data", "data:\n\n", [""]],
  ["comments are ignored", ": c\n:\n\ndata: x\n:data: y\n\n:\n\n", ["x"]],
  ["unknown fields are ignored", "datas: x\n data: x\nData: x\n\ndata: y\n\n", ["y"]],
  ["a line with a space is not blank", "data: x\n \ndata: y\n\n", ["x\ny"]],
  ["no data is no event", "event: a\nid: 1\n\n\n\n"],
  ["an id stays until the next one", "id: 1\ndata: x\n\ndata: y\n\nid\ndata: z\n\n", ["x", , "1"], ["y", , "1"], ["z"]],
  ["an id of an event without data stays", "id: 1\n\ndata: x\n\n", ["x", , "1"]],
  ["an id with NUL is ignored", "id: 1\nid: 2\0\ndata: x\n\n", ["x", , "1"]],
  ["one byte order mark is dropped", "\uFEFFdata: x\n\n\uFEFFdata: y\n\n", ["x"]],
  ["a second byte order mark is part of the field", "\uFEFF\uFEFFdata: x\n\ndata: y\n\n", ["y"]],
  ["characters have several bytes", "data: é€🎭\n\ndata: ü\n\n", ["é€🎭"], ["ü"]],
  ["other line separators are data", "data: a\u2028b\u0085c\vd\n\n", ["a\u2028b\u0085c\vd"]],
  ["invalid bytes are replaced", Uint8Array.of(...utf8("data: a"), 0xff, ...utf8("b\n\n")), ["a\uFFFDb"]],
  ["an incomplete event is dropped", "data: x\n\ndata: y\n", ["x"]],
  ["an incomplete line is dropped", "data: x\n\ndata: y", ["x"]],
  ["a stream may be empty", ""],
];

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function parsed(chunks: Uint8Array[]): ServerSentEvent[] {
  const parser = new EventStreamParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

for (const [rule, stream, ...expected] of CASES) {
  test(`server-sent events: ${rule}`, () => {
    const bytes = typeof stream === "string" ? utf8(stream) : stream;
    const events = expected.map(([data, type = "message", lastEventId = ""]) => ({ type, data, lastEventId }));
    assert.deepEqual(parsed([bytes]), events, "one chunk");
    assert.deepEqual(parsed(Array.from(bytes, (byte) => Uint8Array.of(byte))), events, "chunks of one byte");
    for (let border = 0; border <= bytes.length; border++) {
      const chunks = [bytes.subarray(0, border), new Uint8Array(), bytes.subarray(border)];
      assert.deepEqual(parsed(chunks), events, `a border after ${border} bytes`);
    }
  });
}

test("server-sent events: an event is known with its blank line, before the next chunk", () => {
  for (const blank of ["\n\n", "\r\r", "\r\n\r\n", "\r\n\r"]) {
    assert.equal(new EventStreamParser().push(utf8(`data: x${blank}`)).length, 1, JSON.stringify(blank));
  }
});

test("server-sent events: retry is a number of digits", () => {
  const parser = new EventStreamParser();
  const retryMs = (line: string) => {
    parser.push(utf8(`${line}\n`));
    return parser.retryMs;
  };
  assert.equal(retryMs("data: x"), undefined);
  assert.equal(retryMs("retry: 2000"), 2000);
  for (const line of ["retry", "retry:", "retry: -1", "retry: 1.5", "retry: 1s", "retry:  5", "retry: ١"]) {
    assert.equal(retryMs(line), 2000, line);
  }
  assert.equal(retryMs("retry:0"), 0);
});

test("server-sent events: the length of an event is bounded", () => {
  const part = utf8("x".repeat(16_384));
  const line = new EventStreamParser();
  line.push(utf8("data: "));
  for (let count = 0; count < 3; count++) line.push(part);
  assert.throws(() => line.push(part), RangeError);
  const lines = new EventStreamParser();
  const add = () => lines.push(utf8(`data: ${"x".repeat(16_383)}\n`));
  for (let count = 0; count < 4; count++) add();
  assert.throws(add, RangeError);
  const short = new EventStreamParser();
  for (let count = 0; count < 100; count++) short.push(utf8(`data: ${"x".repeat(16_383)}\n\n`));
});
