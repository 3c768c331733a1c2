/** The connection against a gateway and a clock that the test holds in its hands. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, backoff } from "./backoff";
import {
  Connection,
  type ConnectionWorld,
  OPENING_MS_MAX,
  PAUSE_MAX_MS,
  type Socket,
} from "./connection";
import { type ServerMessage, SILENCE_MAX_MS } from "./protocol";
import { ANSWER_MS_MAX, PENDING_MAX, RequestError } from "./requests";
import { FIRST_MS_MAX, type Way } from "./ways";

class Line implements Socket {
  sent: string[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.closed = true;
  }
  says(message: ServerMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

/** Time that passes when told to. */
class World implements ConnectionWorld {
  lines: Line[] = [];
  session: Promise<boolean> = Promise.resolve(true);
  #now = 0;
  #timers = new Map<number, { at: number; run: () => void }>();
  #next = 1;
  readonly timers = {
    start: (milliseconds: number, run: () => void) => {
      this.#timers.set(this.#next, { at: this.#now + milliseconds, run });
      return this.#next++;
    },
    stop: (timer: number) => {
      this.#timers.delete(timer);
    },
  };
  urls: string[] = [];
  ways: Way[] = [];
  open(way: Way, url: string): Line {
    this.ways.push(way);
    this.urls.push(url);
    const line = new Line();
    this.lines.push(line);
    return line;
  }
  signedIn(): Promise<boolean> {
    return this.session;
  }
  now(): number {
    return this.#now;
  }
  random(): number {
    return 0.999;
  }
  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [timer, { at, run }] of [...this.#timers]) {
      if (at <= this.#now && this.#timers.delete(timer)) run();
    }
  }
  line(): Line {
    const line = this.lines.at(-1);
    if (!line) throw new Error("no line was opened");
    return line;
  }
}

const picture: ServerMessage = {
  type: "state",
  seq: 1,
  now: 0,
  view: {
    role: "tablet",
    site: 1,
    phase: { kind: "idle" },
    last: null,
    closed: [],
    callbacks: [],
    appointments: [],
  },
};

function connected(): { world: World; connection: Connection<"tablet"> } {
  const world = new World();
  const connection = new Connection("tablet", "wss://x/ws?role=tablet", world);
  connection.start();
  world.line().onopen?.();
  world.line().says(picture);
  return { world, connection };
}

const link = (connection: Connection<"tablet">) => connection.state.get().link;
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "done",
    (error: unknown) => (error instanceof RequestError ? error.problem : "?"),
  );

test("a page counts as connected once it has its picture", () => {
  const world = new World();
  const connection = new Connection("tablet", "wss://x", world);
  connection.start();
  world.line().onopen?.();
  expect(link(connection)).toBe("connecting");
  world.line().says(picture);
  expect(link(connection)).toBe("connected");
});

test("silence of three beats leads to a new connection", () => {
  const { world, connection } = connected();
  world.pass(SILENCE_MAX_MS - 1);
  world.line().says({ type: "beat", now: 1 });
  world.pass(SILENCE_MAX_MS - 1);
  expect(link(connection)).toBe("connected");
  world.pass(1);
  expect(link(connection)).toBe("reconnecting");
  expect(world.line().closed).toBe(true);
  world.pass(PAUSE_MAX_MS);
  expect(world.lines).toHaveLength(2);
  world.line().says(picture);
  expect(link(connection)).toBe("connected");
});

test("where messages have passed, a connection that does not open is tried anew within seconds, and in the end waited for", () => {
  const { world } = connected();
  world.line().onclose?.();
  for (let attempt = 2; attempt <= 8; attempt += 1) {
    world.pass(PAUSE_MAX_MS);
    expect(world.lines, `attempt ${attempt}`).toHaveLength(attempt);
    world.pass(OPENING_MS_MAX);
    expect(world.line().closed).toBe(true);
  }
  world.pass(PAUSE_MAX_MS);
  world.pass(SILENCE_MAX_MS - 1);
  expect(world.line().closed).toBe(false);
  world.line().says(picture);
  world.pass(SILENCE_MAX_MS - 1);
  expect(world.line().closed).toBe(false);
});

test("a connection that has opened has time for its first message, and a new network is given time", () => {
  const { world, connection } = connected();
  world.line().onclose?.();
  world.pass(PAUSE_MAX_MS);
  world.line().onopen?.();
  world.pass(SILENCE_MAX_MS - 1);
  expect(world.line().closed).toBe(false);
  world.line().onclose?.();
  connection.networkChanged();
  world.pass(SILENCE_MAX_MS - 1);
  expect(world.line().closed).toBe(false);
});

test("a page that comes back says what it has seen", () => {
  const { world } = connected();
  const directory = {
    service: "",
    time_zone: "",
    place_kept_ms: 60_000,
    languages: [],
    sites: [],
    subjects: [],
    interpreters: [],
  };
  world.line().says({
    type: "welcome",
    identity: { role: "tablet", tablet: 1 },
    directory,
    build: "1",
    now: 40,
    run: 30,
    resumed: "new",
  });
  world.line().onclose?.();
  world.pass(PAUSE_MAX_MS);
  expect(world.urls).toEqual([
    "wss://x/ws?role=tablet",
    "wss://x/ws?role=tablet&after=1&run=30&noticed=40",
  ]);
});

test("an old socket has no say any more", () => {
  const { world, connection } = connected();
  const old = world.line();
  old.onclose?.();
  world.pass(PAUSE_MAX_MS);
  world.line().says(picture);
  old.onclose?.();
  expect(link(connection)).toBe("connected");
});

test("a replaced page does not come back by itself, but by hand", () => {
  const { world, connection } = connected();
  world.line().says({ type: "bye", reason: "replaced" });
  world.pass(60_000);
  expect(link(connection)).toBe("replaced");
  expect(world.lines).toHaveLength(1);
  connection.start();
  world.line().says(picture);
  expect(link(connection)).toBe("connected");
});

test("a refused upgrade leads to signing in when the session has ended", async () => {
  const world = new World();
  const connection = new Connection("tablet", "wss://x", world);
  world.session = Promise.resolve(false);
  connection.start();
  world.line().onclose?.();
  world.pass(PAUSE_MAX_MS);
  await world.session;
  expect(link(connection)).toBe("signed-out");
  world.pass(60_000);
  expect(world.lines).toHaveLength(1);
});

test("a gateway that does not answer is tried again and again", async () => {
  const world = new World();
  const connection = new Connection("tablet", "wss://x", world);
  connection.start();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    world.session = Promise.reject(new Error("down"));
    world.line().onclose?.();
    world.pass(PAUSE_MAX_MS);
    await world.session.catch(() => undefined);
    await Promise.resolve();
  }
  world.session = Promise.resolve(true);
  world.pass(PAUSE_MAX_MS);
  await world.session;
  expect(world.lines.length).toBeGreaterThan(1);
  world.line().says(picture);
  expect(link(connection)).toBe("connected");
});

test("each answer finds its request", async () => {
  const { world, connection } = connected();
  const taken = connection.request({ type: "tap", language: "fsl" });
  const refused = problemOf(connection.request({ type: "end_wrap_up" }));
  expect(world.line().sent.map((text) => JSON.parse(text))).toEqual([
    { id: 1, type: "tap", language: "fsl" },
    { id: 2, type: "end_wrap_up" },
  ]);
  world.line().says({ type: "refused", id: 2, error: "wrong_state", message: "" });
  world.line().says({ type: "done", id: 1 });
  expect(await taken).toEqual({ type: "done", id: 1 });
  expect(await refused).toBe("wrong_state");
});

test("requests fail when the connection goes, when no answer comes, and when none is there", async () => {
  const { world, connection } = connected();
  const cut = problemOf(connection.request({ type: "end_wrap_up" }));
  world.line().onclose?.();
  expect(await cut).toBe("not_connected");
  expect(await problemOf(connection.request({ type: "end_wrap_up" }))).toBe("not_connected");
  world.pass(PAUSE_MAX_MS);
  world.line().says(picture);
  const silent = problemOf(connection.request({ type: "end_wrap_up" }));
  world.pass(ANSWER_MS_MAX);
  expect(await silent).toBe("no_answer");
});

test("unanswered requests are limited", async () => {
  const { connection } = connected();
  const quietly = () => problemOf(connection.request({ type: "end_wrap_up" }));
  for (let count = 0; count < PENDING_MAX; count += 1) void quietly();
  expect(await quietly()).toBe("too_fast");
});

test("after the network is back nothing is waited for", () => {
  const { world, connection } = connected();
  world.line().onclose?.();
  connection.hurry();
  expect(world.lines).toHaveLength(2);
});

test("a text that is not of the protocol ends the connection, not the page", () => {
  const { world, connection } = connected();
  world.line().onmessage?.({ data: "<html>" });
  expect(link(connection)).toBe("reconnecting");
});

test("pauses grow, stay within their limits, and differ between pages", () => {
  fc.assert(
    fc.property(
      fc.nat(2_000),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const pause = backoff(attempt, random);
        expect(pause).toBeGreaterThanOrEqual(BACKOFF_FIRST_MS / 2);
        expect(pause).toBeLessThanOrEqual(BACKOFF_MAX_MS);
        expect(backoff(attempt + 1, random)).toBeGreaterThanOrEqual(pause);
      },
    ),
  );
  expect(backoff(3, 0)).not.toBe(backoff(3, 0.9));
});

test("a WebSocket that is refused twice gives way to requests, and the next network to a WebSocket", async () => {
  const world = new World();
  const connection = new Connection("tablet", "wss://x", world);
  connection.start();
  for (let attempt = 0; attempt < 2; attempt += 1) {
    world.line().onclose?.();
    world.pass(PAUSE_MAX_MS);
    await world.session;
  }
  world.line().says(picture);
  expect(link(connection)).toBe("connected");
  connection.networkChanged();
  world.line().says(picture);
  expect(world.ways).toEqual(["socket", "socket", "requests", "socket"]);
  connection.networkChanged();
  expect(world.lines, "a WebSocket that carries is left alone").toHaveLength(4);
});

test("a WebSocket that hangs gives way once HTTP has answered, and not before", async () => {
  const world = new World();
  const connection = new Connection("tablet", "wss://x", world);
  world.session = new Promise(() => undefined);
  connection.start();
  world.pass(FIRST_MS_MAX);
  await Promise.resolve();
  world.line().says(picture);
  expect(link(connection)).toBe("connected");

  const hung = new World();
  new Connection("tablet", "wss://x", hung).start();
  hung.line().onopen?.();
  hung.pass(FIRST_MS_MAX);
  await hung.session;
  hung.pass(PAUSE_MAX_MS);
  expect(hung.ways).toEqual(["socket", "requests"]);
  expect(hung.lines[0]?.closed).toBe(true);
});
