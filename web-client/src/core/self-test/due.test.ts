/** When a tablet tests itself, and when it does not. */
import { expect, test } from "vitest";
import { TABLET_START } from "../tablet";
import { isDue, type Moment, UNTOUCHED_MS } from "./due";

const at = (text: string) => Date.parse(text);

function moment(change: Partial<Moment>): Moment {
  return {
    now: at("2026-11-23T07:30:00+01:00"),
    zone: "Europe/Paris",
    untouchedMs: UNTOUCHED_MS,
    visible: true,
    view: {
      role: "tablet",
      tablet: 1,
      site: 1,
      phase: { kind: "idle" },
      last: null,
      closed: [],
      callbacks: [],
      appointments: [],
    } as unknown as Moment["view"],
    local: { ...TABLET_START, baseline: null },
    last: null,
    notBefore: 0,
    ...change,
  };
}

test("a page that has just opened is tested as soon as nobody is near", () => {
  expect(isDue(moment({}))).toBe(true);
  expect(isDue(moment({ untouchedMs: UNTOUCHED_MS - 1 }))).toBe(false);
  expect(isDue(moment({ visible: false }))).toBe(false);
  expect(isDue(moment({ notBefore: at("2026-11-23T08:00:00+01:00") }))).toBe(false);
});

test("then once each morning, by the clocks of the service", () => {
  const last = at("2026-11-22T18:00:00+01:00");
  expect(isDue(moment({ last }))).toBe(true);
  expect(isDue(moment({ last, now: at("2026-11-23T05:59:00+01:00") }))).toBe(false);
  expect(isDue(moment({ last, now: at("2026-11-23T06:00:00+01:00") }))).toBe(true);
  expect(isDue(moment({ last: at("2026-11-23T06:10:00+01:00") }))).toBe(false);
});

test("nobody's visit is disturbed", () => {
  const { view, local, now } = moment({});
  const calling = { ...view, phase: { kind: "waiting", call: 7 } } as unknown as Moment["view"];
  expect(isDue(moment({ view: calling }))).toBe(false);
  expect(isDue(moment({ local: { ...local, pending: "fsl" } }))).toBe(false);
  expect(isDue(moment({ local: { ...local, opened: { kind: "pointing" } } }))).toBe(false);
  const soon = [{ appointment: 9, starts_at: now + 10 * 60_000, calls_until: null }];
  const awaited = { ...view, appointments: soon } as unknown as Moment["view"];
  expect(isDue(moment({ view: awaited }))).toBe(false);
});
