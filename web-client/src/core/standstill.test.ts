/** What is said of pictures that stand. */
import { describe, expect, it, test } from "vitest";
import type { Quality } from "./media/quality";
import type { CallQuality, Identity, Motion, PictureQuality } from "./protocol";
import { isUnseen, type Seen, standstill } from "./standstill";

const TABLET: Identity = { role: "tablet", tablet: 3 };
const LEAD: Identity = { role: "interpreter", interpreter: 7 };
const COLLEAGUE: Identity = { role: "interpreter", interpreter: 8 };

const picture = (from: Identity, motion: Motion): PictureQuality => ({
  from,
  motion,
  unseen: false,
  figures: null,
});

const told = (...pictures: PictureQuality[]): CallQuality[] => [
  { call: 41, pictures: [picture(TABLET, "still_camera"), picture(LEAD, "still_camera")] },
  { call: 42, pictures },
];

const line = (lastFrameAt: number): Quality => ({
  fps: 25,
  width: 640,
  height: 480,
  lossPercent: 0,
  roundTripMs: null,
  lastFrameAt,
  packetsReceived: 1,
});

const LOOKS = { black: false, unreadable: false };
const BLACK = { ...LOOKS, black: true };

const seen = (pictures: CallQuality[], more: Partial<Seen> = {}): Seen => ({
  told: pictures,
  call: 42,
  me: TABLET,
  local: line(10_000),
  looks: LOOKS,
  at: 10_100,
  ...more,
});

describe("a standstill", () => {
  it("is said first to the one whose picture stands, with its cause", () => {
    const both = [picture(TABLET, "still_camera"), picture(LEAD, "still_network")];
    expect(standstill(seen(told(...both)))).toBe("self-still-camera");
    expect(standstill(seen(told(...both), { me: LEAD }))).toBe("self-still-network");
  });

  it("of the main picture is said to the other side, of a colleague's to nobody", () => {
    const lead = [picture(TABLET, "moving"), picture(LEAD, "still_camera")];
    expect(standstill(seen(told(...lead)))).toBe("other-still");
    const colleague = [...lead.slice(0, 1), picture(LEAD, "moving")];
    colleague.push(picture(COLLEAGUE, "still_camera"));
    expect(standstill(seen(told(...colleague)))).toBeNull();
    expect(standstill(seen(told(...lead), { me: COLLEAGUE }))).toBeNull();
  });

  it("that only this page sees is its own", () => {
    const moving = told(picture(TABLET, "moving"), picture(LEAD, "moving"));
    expect(standstill(seen(moving))).toBeNull();
    expect(standstill(seen(moving, { at: 12_000 }))).toBe("no-frames");
    expect(standstill(seen([], { at: 12_000 }))).toBe("no-frames");
  });

  it("is said where frames come and are black, unless the gateway knows why", () => {
    const moving = told(picture(TABLET, "moving"), picture(LEAD, "moving"));
    expect(standstill(seen(moving, { looks: BLACK }))).toBe("other-black");
    const taken = told(picture(TABLET, "moving"), picture(LEAD, "still_camera"));
    expect(standstill(seen(taken, { looks: BLACK }))).toBe("other-still");
    const off = told(picture(TABLET, "moving"), picture(LEAD, "off"));
    expect(standstill(seen(off, { looks: BLACK }))).toBe("other-camera-off");
  });

  it("of a picture that cannot be decoded here is said by its own name", () => {
    const moving = told(picture(TABLET, "moving"), picture(LEAD, "moving"));
    const looks = { ...LOOKS, unreadable: true };
    expect(standstill(seen(moving, { looks, at: 12_000 }))).toBe("other-unreadable");
  });

  it("is none when the camera was turned off by hand", () => {
    const off = told(picture(TABLET, "moving"), picture(LEAD, "off"));
    expect(standstill(seen(off, { at: 60_000 }))).toBe("other-camera-off");
    expect(standstill(seen(told(picture(TABLET, "off"))))).toBeNull();
  });
});

test("only one's own picture is sent anew for those who cannot decode it", () => {
  const unseen = told({ ...picture(TABLET, "moving"), unseen: true }, picture(LEAD, "moving"));
  expect(isUnseen(unseen, TABLET)).toBe(true);
  expect(isUnseen(unseen, LEAD)).toBe(false);
  expect(isUnseen(unseen, null)).toBe(false);
});
