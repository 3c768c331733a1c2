/** Messages by requests, against a gateway that the test plays, on a way that loses what it likes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Socket } from "./connection";
import { type LineWorld, type Outcome, PollingLine } from "./polling-line";

/** What `src/ws/polling` does, as far as a page sees it; the way there and back loses requests. */
class Gateway implements LineWorld {
  /** What has been sent to the page, and how much of it the page has. */
  said: string[] = [];
  had = 0;
  taken: string[] = [];
  closed = false;
  gone = false;
  paths: string[] = [];
  /** What becomes of the next requests: arrives, or is lost on the way there or back. */
  fates: ("arrives" | "lost" | "unanswered")[] = [];
  #waiting: (() => void) | null = null;

  says(...messages: string[]): void {
    this.said.push(...messages);
    this.#waiting?.();
  }

  async post(path: string, body: string): Promise<Outcome> {
    this.paths.push(path);
    const fate = this.fates.shift() ?? "arrives";
    if (fate === "lost") return "again";
    const answer = await this.#answer(path, body);
    return fate === "unanswered" ? "again" : answer;
  }

  async #answer(path: string, body: string): Promise<Outcome> {
    const { pathname, searchParams } = new URL(path, "https://x");
    if (pathname === "/api/poll") return { text: '{"line":"7f"}' };
    if (this.gone) return "refused";
    if (pathname === "/api/poll/7f/close") this.closed = true;
    else if (pathname === "/api/poll/7f/send") {
      const first = Number(searchParams.get("first"));
      const isKnown = this.taken.length + 1 - first;
      expect(isKnown).toBeGreaterThanOrEqual(0);
      this.taken.push(...body.split("\n").slice(isKnown));
    } else {
      const after = Number(searchParams.get("after"));
      expect(after).toBeGreaterThanOrEqual(this.had);
      this.had = after;
      if (this.said.length === after) {
        await new Promise<void>((resolve) => {
          this.#waiting = resolve;
        });
      }
      const messages = this.said.slice(after);
      return { text: messages.map((message) => `${message}\n`).join("") };
    }
    return { text: "" };
  }

  pause(): Promise<void> {
    return Promise.resolve();
  }
  random(): number {
    return 0;
  }
  leave: (() => void) | null = null;
  leaving(run: () => void): void {
    this.leave = run;
  }
}

/** Everything that can happen by itself has happened. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

async function opened(gateway: Gateway) {
  const heard: unknown[] = [];
  const told = { opened: 0, closed: 0 };
  const socket: Socket = {
    send: () => undefined,
    close: () => undefined,
    onopen: () => {
      told.opened += 1;
    },
    onmessage: ({ data }) => heard.push(data),
    onclose: () => {
      told.closed += 1;
    },
  };
  const line = new PollingLine("wss://x/ws?role=tablet&after=4", "p.v1", socket, gateway);
  await settled();
  return { line, heard, told };
}

test("a line is opened with what the page remembers, and carries messages both ways", async () => {
  const gateway = new Gateway();
  const { line, heard, told } = await opened(gateway);
  expect(gateway.paths[0]).toBe("/api/poll?role=tablet&after=4&protocol=p.v1");
  expect(told.opened).toBe(1);
  gateway.says("a", "b");
  await settled();
  line.send("1");
  line.send("2");
  line.send("3");
  await settled();
  expect(heard).toEqual(["a", "b"]);
  expect(gateway.taken).toEqual(["1", "2", "3"]);
});

test("whatever is lost on the way, nothing is missing, doubled or out of order", async () => {
  const fate = fc.constantFrom("arrives" as const, "lost" as const, "unanswered" as const);
  const step = fc.constantFrom("said" as const, "sent" as const, "settled" as const);
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 40 }), fc.array(step), async (fates, steps) => {
      const gateway = new Gateway();
      const { line, heard } = await opened(gateway);
      gateway.fates = fates;
      const sent: string[] = [];
      for (const [number, what] of steps.entries()) {
        if (what === "said") gateway.says(`s${number}`);
        if (what === "sent") {
          sent.push(`c${number}`);
          line.send(`c${number}`);
        }
        if (what === "settled") await settled();
      }
      await settled();
      await settled();
      expect(heard).toEqual(gateway.said);
      expect(gateway.taken).toEqual(sent);
    }),
    { numRuns: 50 },
  );
});

test("the gateway's refusal ends the line, once", async () => {
  const gateway = new Gateway();
  const { line, told } = await opened(gateway);
  gateway.gone = true;
  gateway.says("a");
  line.send("1");
  await settled();
  expect(told.closed).toBe(1);
  expect(gateway.closed).toBe(false);
});

test("a line that cannot be opened ends, and one that is closed tells the gateway", async () => {
  const refusing = new Gateway();
  refusing.fates = ["lost"];
  const { told } = await opened(refusing);
  expect(told).toEqual({ opened: 0, closed: 1 });
  const gateway = new Gateway();
  const { line, heard } = await opened(gateway);
  line.close();
  gateway.says("late");
  await settled();
  expect(gateway.closed).toBe(true);
  expect(heard).toEqual([]);
});

test("a page that is left says so, and connects anew when it is shown again", async () => {
  const gateway = new Gateway();
  const { told } = await opened(gateway);
  gateway.leave?.();
  await settled();
  expect(gateway.closed).toBe(true);
  expect(told.closed).toBe(1);
});
