/** What the tablet shows, for every picture and every order of events. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EndedCall, Outcome, TabletPhase, ViewOf } from "./protocol";
import {
  outcomeKind,
  reduceTablet,
  TABLET_START,
  type TabletEvent,
  type TabletLocal,
  tabletScreen,
} from "./tablet";

const view = (phase: TabletPhase, last: EndedCall | null = null): ViewOf<"tablet"> => ({
  role: "tablet",
  site: 1,
  phase,
  last,
});
const ended = (call: number, outcome: Outcome = "completed"): EndedCall => ({
  call,
  language: "fsl",
  outcome,
});
const waiting: TabletPhase = {
  kind: "waiting",
  call: 8,
  language: "fsl",
  position: 1,
  queued_at: 0,
  ringing: false,
  on_duty: 1,
};
const after = (...events: TabletEvent[]) => events.reduce(reduceTablet, TABLET_START);
const picture = (shown: ViewOf<"tablet">): TabletEvent => ({ type: "picture", view: shown });

test("a call that ended before the page was loaded is not shown to the next visitor", () => {
  const shown = view({ kind: "idle" }, ended(7));
  expect(tabletScreen(shown, after(picture(shown))).kind).toBe("languages");
});

test("a call that ends under this page's eyes gets its closing screen until dismissed", () => {
  const shown = view({ kind: "idle" }, ended(8));
  const local = after(picture(view(waiting)), picture(shown));
  expect(tabletScreen(shown, local)).toEqual({ kind: "ended", last: ended(8) });
  const dismissed = reduceTablet(local, { type: "dismissed", call: 8 });
  expect(tabletScreen(shown, dismissed).kind).toBe("languages");
});

test("a call refused at once gets its closing screen without ever waiting", () => {
  const refused = view({ kind: "idle" }, ended(9, "refused_full"));
  const local = after(
    picture(view({ kind: "idle" }, ended(7))),
    { type: "tapped", language: "ar" },
    picture(refused),
  );
  expect(tabletScreen(refused, local).kind).toBe("ended");
  expect(local.pending).toBeNull();
});

test("after a cancelled wait the languages are back at once, with a way to call again", () => {
  const shown = view({ kind: "idle" }, ended(8, "abandoned_queued"));
  const local = after(picture(view(waiting)), picture(shown));
  expect(tabletScreen(shown, local)).toEqual({
    kind: "languages",
    cancelled: ended(8, "abandoned_queued"),
  });
});

test("a tap is pending until its call shows, is refused, or is given up", () => {
  const tapped = after(picture(view({ kind: "idle" })), { type: "tapped", language: "fsl" });
  expect(tapped.pending).toBe("fsl");
  expect(reduceTablet(tapped, picture(view({ kind: "idle" }))).pending).toBe("fsl");
  expect(reduceTablet(tapped, picture(view(waiting))).pending).toBeNull();
  expect(reduceTablet(tapped, { type: "tap_given_up" }).pending).toBeNull();
  const refused = reduceTablet(tapped, { type: "tap_refused", problem: "unavailable" });
  expect(refused).toMatchObject({ pending: null, problem: "unavailable" });
});

test("a live call is always on screen, whatever happened on this page before", () => {
  const event: fc.Arbitrary<TabletEvent> = fc.oneof(
    fc.constant(picture(view({ kind: "idle" }))),
    fc.constant(picture(view(waiting))),
    fc.nat(9).map((call) => picture(view({ kind: "idle" }, ended(call)))),
    fc.constant<TabletEvent>({ type: "tapped", language: "ar" }),
    fc.constant<TabletEvent>({ type: "tap_given_up" }),
    fc.constant<TabletEvent>({ type: "tap_refused", problem: "too_fast" }),
    fc.nat(9).map((call): TabletEvent => ({ type: "dismissed", call })),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const local: TabletLocal = events.reduce(reduceTablet, TABLET_START);
      expect(tabletScreen(view(waiting), local).kind).toBe("waiting");
    }),
  );
});

test("a call hung up here is off the screen at once, until the gateway shows another", () => {
  const active: TabletPhase = {
    kind: "active",
    call: 8,
    language: "fsl",
    queued_at: 0,
    connected_at: 0,
    other_lost: false,
  } as TabletPhase;
  const left: TabletEvent = { type: "left", call: 8 };
  const cancelled = after(picture(view(waiting)), left, picture(view(waiting)));
  expect(tabletScreen(view(waiting), cancelled)).toEqual({ kind: "languages", cancelled: null });
  const local = after(picture(view(active)), left);
  expect(tabletScreen(view(active), local)).toEqual({ kind: "ended", last: ended(8) });
  const dismissed = reduceTablet(local, { type: "dismissed", call: 8 });
  expect(tabletScreen(view(active), dismissed).kind).toBe("languages");
  const next = view({ ...waiting, call: 9 });
  expect(tabletScreen(next, reduceTablet(local, picture(next))).kind).toBe("waiting");
  expect(reduceTablet(local, picture(view({ kind: "idle" }, ended(8)))).leaving).toBeNull();
});

test("every outcome has its words", () => {
  const outcomes: Record<Outcome, ReturnType<typeof outcomeKind>> = {
    completed: "done",
    abandoned_queued: "cancelled",
    abandoned_connecting: "cancelled",
    timed_out: "nobody",
    refused_full: "full",
    connection_lost: "broken",
  };
  for (const [outcome, kind] of Object.entries(outcomes)) {
    expect(outcomeKind(outcome as Outcome)).toBe(kind);
  }
});
