// Calls without a browser beside those of the pages: `passerelle load calls` plays tablets and
// interpreters with real media and says when they see and hear.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import { BINARY, type Gateway } from "./gateway.ts";

/** Each call is set up in well under two seconds, one after the other, on a busy machine. */
const SET_UP_MS_MAX = 90_000;

/** Six times what is promised; the test's own expectation is stricter. */
const BACK_MS_MAX = 60_000;

/** From SIGINT to the end of the process. */
const STOP_MS_MAX = 15_000;

/** Calls that go on until `stop`. */
export class HeldCalls {
  private readonly seen: string[] = [];

  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: Interface,
  ) {
    lines.on("line", (line) => this.seen.push(line));
  }

  /** Places so many calls, with tablets and interpreters from number `skip` + 1 on. */
  static async start(gateway: Gateway, calls: number, skip: number): Promise<HeldCalls> {
    const options = ["--at", gateway.origin, "--data-dir", gateway.dataDir];
    const counts = ["--calls", String(calls), "--skip", String(skip)];
    const child = spawn(BINARY, ["load", "calls", ...options, ...counts], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const held = new HeldCalls(child, createInterface({ input: child.stdout }));
    await held.says(/^\d+ calls see and hear$/, SET_UP_MS_MAX);
    return held;
  }

  /** Waits until all of them see and hear again after an outage: the same calls, untouched. */
  async seeAndHearAgain(): Promise<void> {
    await this.says(/^\d+ calls see and hear again/, BACK_MS_MAX);
  }

  /** Ends them as a lost line would. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    const deadline = setTimeout(() => this.process.kill("SIGKILL"), STOP_MS_MAX);
    this.process.kill("SIGINT");
    await ended;
    clearTimeout(deadline);
  }

  private says(expected: RegExp, withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`load calls: ${why} instead of ${expected}\n${this.seen.join("\n")}`));
      const deadline = setTimeout(() => fail(`silent for ${withinMs} ms`), withinMs);
      const check = (line: string) => {
        if (!expected.test(line)) return;
        clearTimeout(deadline);
        this.lines.off("line", check);
        resolve();
      };
      this.lines.on("line", check);
      this.process.once("exit", (code) => {
        clearTimeout(deadline);
        fail(`ended with exit code ${code}`);
      });
      // It may have been said before anybody asked.
      this.seen.forEach(check);
    });
  }
}
