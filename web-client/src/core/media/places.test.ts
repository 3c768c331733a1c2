/** Everybody else's picture and sound come and go; the main picture never knows. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallMedia } from "./call-media";
import { FakeCamera } from "./fake-camera";
import { Peer, Stream } from "./fake-peer";
import { SILENT_MS } from "./flowing";
import { SAMPLE_MS } from "./quality";

const CALL = { call: 8, mode: "signed", join: true } as const;
let media: CallMedia;
let told: [number, boolean][];

beforeEach(async () => {
  vi.useFakeTimers();
  Peer.made = [];
  vi.stubGlobal("navigator", { mediaDevices: new FakeCamera() });
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("RTCPeerConnection", Peer);
  told = [];
  media = new CallMedia(
    async () => ({ sdp: "answer", relays: [] }),
    (call, off) => told.push([call, off]),
  );
  media.follow(CALL);
  await vi.advanceTimersByTimeAsync(0);
  peer().becomes("connected");
});
afterEach(() => {
  media.follow(null);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const peer = () => {
  const newest = Peer.made.at(-1);
  if (!newest) throw new Error("no connection was made");
  return newest;
};
const second = () => media.picture.get().others[0]?.getTracks() ?? null;

const sections = () =>
  peer().transceivers.map(({ receiver, direction }) => `${receiver.track.kind} ${direction}`);

test("a camera turned off is told at once, and again on a new connection", async () => {
  expect(told).toEqual([]);
  media.setCameraOff(true);
  expect(told).toEqual([[CALL.call, true]]);
  peer().becomes("failed");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual([
    [CALL.call, true],
    [CALL.call, true],
  ]);
  media.setCameraOff(false);
  expect(told.at(-1)).toEqual([CALL.call, false]);
});

test("a camera that sends nothing is opened anew, with a new connection", async () => {
  const before = media.picture.get().local;
  media.restart();
  await vi.advanceTimersByTimeAsync(2_000);
  const { local } = media.picture.get();
  expect(local).not.toBeNull();
  expect(local).not.toBe(before);
  expect(Peer.made).toHaveLength(2);
});

test("every connection offers to receive a colleague and a guest beside the other side", () => {
  const received = ["audio recvonly", "video recvonly"];
  expect(sections().slice(2)).toEqual([...received, ...received]);
  expect(sections()).toHaveLength(6);
  expect(peer().channels.map(({ label }) => label)).toEqual(["t140"]);
});

test("text is offered in order, reliable, and as what it is", () => {
  expect(peer().channels.map(({ init }) => init)).toEqual([{ ordered: true, protocol: "t140" }]);
});

test("who only watches opens no device and can see four", async () => {
  media.follow(null);
  media.follow({ ...CALL, call: 9, watching: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(media.picture.get().local).toBeNull();
  expect(sections()).toEqual(Array(4).fill(["audio recvonly", "video recvonly"]).flat());
  peer().track(6).turns("unmute");
  expect(media.picture.get().others.map((other) => other !== null)).toEqual([false, false, true]);
});

test("a conversation in writing goes on without camera and microphone", async () => {
  media.follow(null);
  const refused = () => Promise.reject(new Error("none"));
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: refused } });
  vi.spyOn(console, "warn").mockReturnValue();
  media.follow({ ...CALL, call: 9, mode: "spoken", written: true });
  await vi.advanceTimersByTimeAsync(0);
  expect(Peer.made).toHaveLength(2);
  expect(media.picture.get().problem).toBeNull();
  expect(peer().channels.map(({ label }) => label)).toEqual(["t140"]);
});

test("each place has a stream of its own", () => {
  peer().track(5).turns("unmute");
  const { others } = media.picture.get();
  expect(others.map((other) => other?.getTracks() ?? null)).toEqual([null, [peer().track(5)]]);
  expect(second()).toBeNull();
});

test("the text lasts as long as its call, whatever becomes of the connection", async () => {
  const { text } = media.picture.get();
  expect(text?.write("bonjour")).toBe(true);
  peer().becomes("failed");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(media.picture.get().text).toBe(text);
  expect(text?.picture.get().mine).toBe("bonjour");
  media.follow({ ...CALL, call: 9 });
  expect(media.picture.get().text?.picture.get().mine).toBe("");
  expect(text?.picture.get().mine).toBe("");
  media.follow(null);
  expect(media.picture.get().text).toBeNull();
});

test("the second stream is there while something flows in its place, and not before", () => {
  const [sound, picture] = [peer().track(2), peer().track(3)];
  expect(second()).toBeNull();
  sound.turns("unmute");
  expect(second()).toEqual([sound]);
  picture.turns("unmute");
  expect(second()).toEqual([sound, picture]);
  picture.turns("mute");
  expect(second()).toEqual([sound]);
  sound.turns("ended");
  expect(second()).toBeNull();
});

test("a colleague who comes back is seen again", () => {
  const picture = peer().track(3);
  for (const event of ["unmute", "mute", "unmute"] as const) picture.turns(event);
  expect(second()).toEqual([picture]);
});

test("a second interpreter never touches the main picture, nor the main picture the second", () => {
  const { remote } = media.picture.get();
  peer().track(2).turns("unmute");
  peer().track(3).turns("unmute");
  expect(media.picture.get().remote).toBe(remote);
  expect(remote?.getTracks()).toEqual([peer().track(0)]);
  peer().track(1).turns("unmute");
  expect(remote?.getTracks()).toEqual([peer().track(0), peer().track(1)]);
  expect(second()).toEqual([peer().track(2), peer().track(3)]);
});

test("packets that stop and come again are noticed where the browser tells neither", async () => {
  const [arrived, picture] = [peer().arrived, peer().track(3)];
  picture.turns("unmute");
  for (let packets = 10; packets <= 100; packets += 10) {
    arrived.set(3, packets);
    await vi.advanceTimersByTimeAsync(SAMPLE_MS);
  }
  expect(second()).toEqual([picture]);
  await vi.advanceTimersByTimeAsync(SILENT_MS - SAMPLE_MS);
  expect(second()).toEqual([picture]);
  await vi.advanceTimersByTimeAsync(SAMPLE_MS);
  expect(second()).toBeNull();
  arrived.set(3, 101);
  await vi.advanceTimersByTimeAsync(SAMPLE_MS);
  expect(second()).toEqual([picture]);
});

test("a new connection has a second stream of its own, and the old one is heard no more", async () => {
  const old = peer();
  old.track(3).turns("unmute");
  old.becomes("failed");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(peer()).not.toBe(old);
  peer().becomes("connected");
  await vi.advanceTimersByTimeAsync(0);
  expect(second()).toBeNull();
  old.track(2).turns("unmute");
  expect(second()).toBeNull();
  peer().track(3).turns("unmute");
  expect(second()).toEqual([peer().track(3)]);
});

test("nothing of a second interpreter is left after the call", () => {
  peer().track(3).turns("unmute");
  media.follow(null);
  expect(second()).toBeNull();
  peer().track(2).turns("unmute");
  expect(second()).toBeNull();
});

test("after an outage a dead connection is made anew, although packets came after the last sample", async () => {
  const first = peer();
  first.arrived.set(0, 10);
  await vi.advanceTimersByTimeAsync(SAMPLE_MS);
  first.arrived.set(0, 14);
  media.verify();
  await vi.advanceTimersByTimeAsync(4 * SAMPLE_MS);
  expect(Peer.made).toHaveLength(2);
});

test("after an outage a connection that lives is kept", async () => {
  const first = peer();
  first.arrived.set(0, 10);
  media.verify();
  await vi.advanceTimersByTimeAsync(SAMPLE_MS / 2);
  first.arrived.set(0, 11);
  await vi.advanceTimersByTimeAsync(4 * SAMPLE_MS);
  expect(Peer.made).toHaveLength(1);
});

test("a picture that somebody cannot decode is sent anew, once for each connection", async () => {
  const first = peer();
  media.recode();
  media.recode();
  await vi.advanceTimersByTimeAsync(SAMPLE_MS);
  media.recode();
  await vi.advanceTimersByTimeAsync(SAMPLE_MS);
  expect(Peer.made).toHaveLength(2);
  expect(peer()).not.toBe(first);
});
