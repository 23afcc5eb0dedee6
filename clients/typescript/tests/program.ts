/** A marketplace of a test of its own: `PROGRAM` is its program, `DATA` an empty directory. */

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";

export class Program {
  origin = "";
  #process: ChildProcess | undefined;

  /** Starts the program, at the same port as before. */
  async start(): Promise<void> {
    const port = this.origin === "" ? "0" : new URL(this.origin).port;
    const started = spawn(process.env["PROGRAM"] ?? "", ["--port", port, "--data-dir", process.env["DATA"] ?? ""], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#process = started;
    for await (const line of createInterface(started.stdout)) {
      this.origin = /http:\/\/\S+/.exec(line)?.[0] ?? assert.fail(line);
      break;
    }
    started.stdout.resume();
  }

  async stop(): Promise<void> {
    if (this.#process === undefined) return;
    const ended = once(this.#process, "exit");
    this.#process.kill();
    await ended;
    this.#process = undefined;
  }
}
