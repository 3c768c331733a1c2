/** A new connection takes the place of one that works without a gap, and without harm if it fails. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallMedia } from "./call-media";
import { FakeCamera } from "./fake-camera";
import { Peer, Stream } from "./fake-peer";
import { FIRST_FRAME_MS_MAX, LOOK_MS, RENEWALS_MAX } from "./lines";
import { SAMPLE_MS } from "./quality";

const CALL = { call: 8, mode: "signed", join: true } as const;
const ANSWER = { sdp: "answer", relays: [] };
/** Longer than any pause before another attempt, and than the time in which a lost line may heal. */
const LONG_MS = 60_000;

let media: CallMedia;
let network: EventTarget & { type: string };
let answer: () => Promise<typeof ANSWER>;

const made = (at: number): Peer => {
  const peer = Peer.made.at(at);
  if (!peer) throw new Error("no such connection was made");
  return peer;
};
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const picture = () => media.picture.get();

/** A picture is shown from the first connection. */
beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  Peer.made = [];
  network = Object.assign(new EventTarget(), { type: "wifi" });
  vi.stubGlobal("navigator", { mediaDevices: new FakeCamera(), connection: network });
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("RTCPeerConnection", Peer);
  answer = async () => ANSWER;
  media = new CallMedia(() => answer());
  media.follow(CALL);
  await passes(0);
  made(0).becomes("connected");
  moves(made(0));
  await passes(SAMPLE_MS);
});
afterEach(() => {
  media.follow(null);
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Sound and picture arrive, and more of them than before. */
function moves(peer: Peer): void {
  for (const section of [0, 1]) {
    peer.track(section).turns("unmute");
    peer.arrived.set(section, (peer.arrived.get(section) ?? 0) + 50);
  }
  peer.framesDecoded += 25;
}

const tracksOf = (peer: Peer) => [peer.track(0), peer.track(1)];

test("the old picture stands until the new connection shows one, in the same stream", async () => {
  const { remote } = picture();
  media.renew();
  await passes(0);
  const [old, next] = [made(0), made(1)];
  next.becomes("connected");
  await passes(2 * LOOK_MS);
  expect([old.isClosed, picture().state]).toEqual([false, "connected"]);
  expect(remote?.getTracks()).toEqual(tracksOf(old));
  moves(next);
  await passes(LOOK_MS);
  expect([old.isClosed, next.isClosed, picture().state]).toEqual([true, false, "connected"]);
  expect(picture().remote).toBe(remote);
  expect(remote?.getTracks()).toEqual(tracksOf(next));
});

test("a new connection on which no picture comes is used all the same, after a while", async () => {
  media.renew();
  await passes(0);
  made(1).becomes("connected");
  await passes(FIRST_FRAME_MS_MAX - LOOK_MS);
  expect(made(0).isClosed).toBe(false);
  await passes(2 * LOOK_MS);
  expect(made(0).isClosed).toBe(true);
});

test("an answer that never comes leaves the picture as it is", async () => {
  answer = () => new Promise(() => undefined);
  media.renew();
  await passes(LONG_MS);
  expect(Peer.made).toHaveLength(2);
  expect([made(0).isClosed, picture().state]).toEqual([false, "connected"]);
  expect(picture().remote?.getTracks()).toEqual(tracksOf(made(0)));
});

test("a refused answer and a connection that fails leave the picture as it is, and are tried a few times", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  for (const fails of ["answer", "connection"] as const) {
    const before = Peer.made.length;
    answer = fails === "answer" ? () => Promise.reject(new Error("refused")) : async () => ANSWER;
    media.renew();
    for (let second = 0; second < 60; second += 1) {
      await passes(1_000);
      const newest = made(-1);
      if (newest !== made(0) && !newest.isClosed) newest.becomes("failed");
    }
    expect(Peer.made.slice(before)).toHaveLength(RENEWALS_MAX);
    expect(Peer.made.slice(1).map(({ isClosed }) => isClosed)).not.toContain(false);
    expect([made(0).isClosed, picture().state]).toEqual([false, "connected"]);
  }
});

test("a connection that heals ends the attempt to replace it", async () => {
  made(0).becomes("disconnected");
  expect(picture().state).toBe("interrupted");
  await passes(3_000);
  expect(Peer.made).toHaveLength(2);
  made(0).becomes("connected");
  expect([made(0).isClosed, made(1).isClosed, picture().state]).toEqual([false, true, "connected"]);
  await passes(LONG_MS);
  expect(Peer.made).toHaveLength(2);
});

test("a connection that heals does not end an attempt that was asked for", async () => {
  media.renew();
  await passes(0);
  made(0).becomes("disconnected");
  made(0).becomes("connected");
  moves(made(1));
  made(1).becomes("connected");
  await passes(LOOK_MS);
  expect([made(0).isClosed, made(1).isClosed]).toEqual([true, false]);
});

test("the last picture of a lost connection stands until a new one is up, however often that fails", async () => {
  made(0).becomes("failed");
  for (let second = 0; second < 30; second += 1) {
    await passes(1_000);
    if (!made(-1).isClosed) made(-1).becomes("failed");
  }
  expect(Peer.made.length).toBeGreaterThan(3);
  // With growing pauses.
  expect(Peer.made.length).toBeLessThan(12);
  expect(picture().state).toBe("interrupted");
  expect(picture().remote?.getTracks()).toEqual(tracksOf(made(0)));
  await passes(10_000);
  const next = made(-1);
  moves(next);
  next.becomes("connected");
  await passes(LOOK_MS);
  expect(picture().state).toBe("connected");
  expect(picture().remote?.getTracks()).toEqual(tracksOf(next));
});

test("while a connection is replaced, text goes by the old channel until the new one is open, and is read on both", async () => {
  const [first] = made(0).channels;
  first?.opens();
  media.renew();
  await passes(0);
  const [second] = made(1).channels;
  picture().text?.write("a");
  second?.opens();
  await passes(1_000);
  picture().text?.write("b");
  expect([first?.sent, second?.sent]).toEqual([["a"], ["b"]]);
  first?.onmessage?.({ data: "7\nbon" });
  second?.onmessage?.({ data: "7\njour" });
  expect(picture().text?.picture.get().others[0]?.text).toBe("bonjour");
  // The new one comes to nothing.
  made(1).becomes("failed");
  await passes(0);
  picture().text?.write("c");
  await passes(1_000);
  expect(first?.sent.join("")).toBe("ac");
});

test("on another network a new connection is made, but not because the speed has changed", async () => {
  const turns = async (type: string) => {
    network.type = type;
    network.dispatchEvent(new Event("change"));
    await passes(0);
  };
  for (const type of ["wifi", "none", "wifi"]) await turns(type);
  expect(Peer.made).toHaveLength(1);
  await turns("cellular");
  expect(Peer.made).toHaveLength(2);
  expect(made(0).isClosed).toBe(false);
});

test("when the gateway is back, a connection that is down is replaced at once", async () => {
  made(0).becomes("disconnected");
  media.verify();
  await passes(0);
  expect(Peer.made).toHaveLength(2);
});
