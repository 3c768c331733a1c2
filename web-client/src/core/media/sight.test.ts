/** A page out of sight says so, misses no picture meanwhile, and says when it is looked at again. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallMedia, TELL_AGAIN_MS } from "./call-media";
import { FakeCamera } from "./fake-camera";
import { Peer, Stream } from "./fake-peer";
import { SILENT_MS } from "./flowing";
import { isStalled, SAMPLE_MS, STALL_MS } from "./quality";
import { isInSight } from "./sight";

/** The browser's page, hidden and shown by the test. */
class Page extends EventTarget {
  visibilityState = "visible";
  pictureInPictureElement: object | null = null;
  turns(state: "visible" | "hidden"): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
  floats(video: object | null): void {
    this.pictureInPictureElement = video;
    this.dispatchEvent(new Event(video ? "enterpictureinpicture" : "leavepictureinpicture"));
  }
}

const CALL = { call: 8, mode: "signed", join: true } as const;
let page: Page;
let media: CallMedia;
let told: [number, boolean][];
let answer: () => Promise<void>;

const peer = () => {
  const newest = Peer.made.at(-1);
  if (!newest) throw new Error("no connection was made");
  return newest;
};
const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const shown = () => told.map(([, shown]) => shown);
const isStill = () => isStalled(media.picture.get().quality, performance.now());

/** Sound, and a picture if it is sent, of the main place or of a further one. */
function arrives(picture: boolean, place = 0): void {
  for (const section of picture ? [2 * place, 2 * place + 1] : [2 * place])
    peer().arrived.set(section, (peer().arrived.get(section) ?? 0) + 25);
  if (picture && place === 0) peer().framesDecoded += 10;
}

/** Time in which this arrives at each reading. */
async function goesOn(ms: number, what: () => void): Promise<void> {
  for (let at = 0; at < ms; at += SAMPLE_MS) {
    what();
    await passes(SAMPLE_MS);
  }
}

beforeEach(async () => {
  vi.useFakeTimers();
  Peer.made = [];
  page = new Page();
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { mediaDevices: new FakeCamera() });
  vi.stubGlobal("MediaStream", Stream);
  vi.stubGlobal("RTCPeerConnection", Peer);
  told = [];
  answer = async () => undefined;
  media = new CallMedia(
    async () => ({ sdp: "answer", relays: [] }),
    undefined,
    (call, shown) => {
      told.push([call, shown]);
      return answer();
    },
  );
  media.follow(CALL);
  await passes(0);
  peer().becomes("connected");
});
afterEach(() => {
  media.follow(null);
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("a page that is hidden says so at once, and again that it is shown", () => {
  page.turns("hidden");
  page.turns("hidden");
  page.turns("visible");
  expect(told).toEqual([
    [CALL.call, false],
    [CALL.call, true],
  ]);
});

test("a new connection is told again that nobody looks, and nothing when somebody does", async () => {
  page.turns("hidden");
  media.renew();
  await passes(0);
  expect(shown()).toEqual([false, false]);
  page.turns("visible");
  media.renew();
  await passes(0);
  expect(shown()).toEqual([false, false, true]);
});

test("a page hidden before the call says so with its first connection", async () => {
  media.follow(null);
  page.turns("hidden");
  expect(told).toEqual([]);
  media.follow({ ...CALL, call: 9 });
  await passes(0);
  expect(told).toEqual([[9, false]]);
});

test("what could not be told is told again, unless it is no longer so", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  answer = () => Promise.reject(new Error("not connected"));
  page.turns("hidden");
  page.turns("visible");
  await passes(3 * TELL_AGAIN_MS);
  expect(shown()).toEqual([false, true, true, true, true]);
  answer = async () => undefined;
  await passes(10 * TELL_AGAIN_MS);
  expect(shown().slice(5)).toEqual([true]);
  answer = () => Promise.reject(new Error("not connected"));
  page.turns("hidden");
  media.follow(null);
  await passes(10 * TELL_AGAIN_MS);
  expect(shown().slice(6), "after the call").toEqual([false]);
});

test("a page whose video floats over all others is in sight, whatever becomes of its tab", () => {
  page.floats({});
  page.turns("hidden");
  expect(told).toEqual([]);
  page.floats(null);
  expect(shown()).toEqual([false]);
  // Browsers may open such a window by themselves, a moment after the tab was left.
  page.floats({});
  expect(shown()).toEqual([false, true]);
});

test("where a browser does not tell of such windows, no page is out of sight", () => {
  vi.stubGlobal("document", { visibilityState: "hidden" });
  expect(isInSight()).toBe(true);
});

test("no picture is missed while nobody looks, nor in the first moment after", async () => {
  await goesOn(2_000, () => arrives(true));
  page.turns("hidden");
  await goesOn(60_000, () => arrives(false));
  expect(isStill()).toBe(false);
  page.turns("visible");
  expect(isStill()).toBe(false);
  await goesOn(STALL_MS - SAMPLE_MS, () => arrives(false));
  expect(isStill()).toBe(false);
  await goesOn(4 * SAMPLE_MS, () => arrives(false));
  expect(isStill(), "but one that does not come back is").toBe(true);
});

test("a page that was asleep does not take the picture for frozen as it wakes up", async () => {
  await goesOn(2_000, () => arrives(true));
  page.turns("hidden");
  // Nothing of the page runs meanwhile.
  vi.spyOn(performance, "now").mockReturnValue(performance.now() + 600_000);
  page.turns("visible");
  expect(isStill()).toBe(false);
});

test("a colleague's picture stays where it was while nobody looks", async () => {
  media.follow(null);
  media.follow({ ...CALL, joinsOthers: true });
  await passes(0);
  peer().becomes("connected");
  for (const section of [2, 3]) peer().track(section).turns("unmute");
  await goesOn(2_000, () => arrives(true, 1));
  const colleague = () => media.picture.get().others[0]?.getTracks().length;
  expect(colleague()).toBe(2);
  page.turns("hidden");
  await goesOn(60_000, () => arrives(false, 1));
  expect(colleague()).toBe(2);
  page.turns("visible");
  await goesOn(SILENT_MS - SAMPLE_MS, () => arrives(false, 1));
  expect(colleague()).toBe(2);
  await goesOn(2 * SILENT_MS, () => arrives(false, 1));
  expect(colleague(), "unless it does not come back").toBe(1);
});
