/** A double tap does what one tap does; a second thought is still possible, a moment later. */
import { expect, test } from "vitest";
import { DOUBLE_TAP_MS, DoubleTap } from "./double-tap";
import type { Mode, Subject } from "./protocol";

test("what a wait begins with can be changed at once", () => {
  const way = new DoubleTap<Mode>();
  way.see(8, "spoken_video", 0);
  expect(way.undoes("spoken_audio", "spoken_video", 1)).toBe(false);
});

test("a fresh change is not taken back, neither to before nor to the usual way", () => {
  const way = new DoubleTap<Mode>();
  way.see(8, "spoken_audio", 0);
  way.see(8, "text_relay", 1_000);
  way.see(8, "text_relay", 1_100);
  const undoes = (wanted: Mode, now: number) => way.undoes(wanted, "spoken_video", now);
  expect(undoes("spoken_audio", 1_200)).toBe(true);
  expect(undoes("spoken_video", 1_200)).toBe(true);
  expect(undoes("cued_speech", 1_200)).toBe(false);
  expect(undoes("spoken_audio", 1_000 + DOUBLE_TAP_MS)).toBe(false);
});

test("a subject touched twice stays, one taken back by a double tap stays away", () => {
  const subject = new DoubleTap<Subject | null>();
  subject.see(8, null, 0);
  subject.see(8, "housing", 1_000);
  expect(subject.undoes(null, null, 1_100)).toBe(true);
  expect(subject.undoes("school", null, 1_100)).toBe(false);
  subject.see(8, null, 3_000);
  expect(subject.undoes("housing", null, 3_100)).toBe(true);
});

test("another call starts anew", () => {
  const way = new DoubleTap<Mode>();
  way.see(8, "spoken_video", 0);
  way.see(9, "text_relay", 100);
  expect(way.undoes("spoken_video", "spoken_video", 200)).toBe(false);
});
