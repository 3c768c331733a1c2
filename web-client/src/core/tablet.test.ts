/** What the tablet shows, for every picture and every order of events. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type {
  AppointmentView,
  CallbackView,
  EndedCall,
  Outcome,
  TabletPhase,
  ViewOf,
} from "./protocol";
import {
  callbackNumber,
  type EndedKind,
  outcomeKind,
  reduceTablet,
  TABLET_START,
  type TabletEvent,
  type TabletLocal,
  tabletScreen,
} from "./tablet";

const IDLE: TabletPhase = { kind: "idle" };
const view = (
  phase: TabletPhase,
  last: EndedCall | null = null,
  callbacks: CallbackView[] = [],
  appointments: AppointmentView[] = [],
): ViewOf<"tablet"> => ({
  role: "tablet",
  site: 1,
  phase,
  last,
  closed: [],
  callbacks,
  appointments,
});
const ended = (call: number, outcome: Outcome = "completed"): EndedCall => ({
  call,
  language: "fsl",
  outcome,
});
const waiting = {
  kind: "waiting",
  call: 8,
  language: "fsl",
  mode: "sign",
  position: 1,
  queued_at: 0,
  ringing: false,
  widened: false,
  on_duty: 1,
  estimate: null,
  next_duty: null,
  may_call_back: true,
  subject: null,
} satisfies TabletPhase;
const active = {
  kind: "active",
  call: 8,
  language: "fsl",
  mode: "sign",
  connected_at: 0,
  other_lost: false,
  colleague: null,
  observer: null,
  guest: null,
} satisfies TabletPhase;
const ring: CallbackView = {
  callback: 7,
  language: "ar",
  mode: "spoken_video",
  ticket: 0,
  rings_until: 60_000,
  attempts: 0,
};
const made: AppointmentView = {
  appointment: 5,
  language: "ar",
  mode: "spoken_video",
  starts_at: 3_600_000,
  ends_at: 5_400_000,
  taken: false,
  may_answer: false,
  calls_until: null,
};
const calling: AppointmentView = { ...made, taken: true, may_answer: true, calls_until: 9_000 };
const booking = (call: number | null): TabletEvent => ({
  type: "opened",
  opened: { kind: "booking", language: "fsl", call },
});
const after = (...events: TabletEvent[]) => events.reduce(reduceTablet, TABLET_START);
const picture = (shown: ViewOf<"tablet">): TabletEvent => ({
  type: "picture",
  view: shown,
});

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
  const local = after(picture(view(waiting)), { type: "left", call: 8 }, picture(shown));
  expect(tabletScreen(shown, local)).toEqual({
    kind: "languages",
    cancelled: ended(8, "abandoned_queued"),
  });
});

test("a wait that ended while the tablet was away for too long says that the connection broke", () => {
  const shown = view({ kind: "idle" }, ended(8, "abandoned_queued"));
  const local = after(picture(view(waiting)), picture(shown), picture(shown));
  expect(tabletScreen(shown, local)).toEqual({
    kind: "ended",
    last: ended(8, "connection_lost"),
  });
  const dismissed = reduceTablet(local, { type: "dismissed", call: 8 });
  expect(tabletScreen(shown, dismissed).kind).toBe("languages");
  // A page that was loaded afterwards has lost nothing.
  expect(tabletScreen(shown, after(picture(shown))).kind).toBe("languages");
});

test("a wait that another page has taken over and cancelled is not called a broken connection", () => {
  const shown = view({ kind: "idle" }, ended(8, "abandoned_queued"));
  const local = after(picture(view(waiting)), { type: "handed_over" }, picture(shown));
  expect(tabletScreen(shown, local).kind).toBe("languages");
});

test("a tap is pending until its call shows, is refused, or is given up", () => {
  const tapped = after(picture(view({ kind: "idle" })), { type: "tapped", language: "fsl" });
  expect(tapped.pending).toBe("fsl");
  expect(reduceTablet(tapped, picture(view({ kind: "idle" }))).pending).toBe("fsl");
  expect(reduceTablet(tapped, picture(view(waiting))).pending).toBeNull();
  expect(reduceTablet(tapped, { type: "tap_given_up" }).pending).toBeNull();
  const refused = reduceTablet(tapped, { type: "refused", wish: "tap", problem: "unavailable" });
  expect(refused).toMatchObject({ pending: null, refusal: { problem: "unavailable" } });
});

test("a live call is always on screen, whatever happened on this page before", () => {
  const event: fc.Arbitrary<TabletEvent> = fc.oneof(
    fc.constant(picture(view({ kind: "idle" }))),
    fc.constant(picture(view(waiting))),
    fc.nat(9).map((call) => picture(view({ kind: "idle" }, ended(call)))),
    fc.constant<TabletEvent>({ type: "tapped", language: "ar" }),
    fc.constant<TabletEvent>({ type: "tap_given_up" }),
    fc.constant<TabletEvent>({ type: "handed_over" }),
    fc.constant<TabletEvent>({ type: "refused", wish: "tap", problem: "too_fast" }),
    fc.constant(picture(view(active))),
    fc.constant(picture(view(IDLE, null, [ring]))),
    fc.constant<TabletEvent>({ type: "tapped", language: "ar", callback: 7 }),
    fc.constant<TabletEvent>({ type: "ring_hushed", ring }),
    fc.nat(9).map((call): TabletEvent => ({ type: "callback_wanted", call })),
    fc.nat(9).map((call): TabletEvent => ({ type: "dismissed", call })),
    fc.nat(9).map((appointment): TabletEvent => ({ type: "quieted", appointment })),
    fc.constant<TabletEvent>({ type: "opened", opened: { kind: "pointing" } }),
    fc.constant<TabletEvent>({ type: "opened", opened: { kind: "appointment", appointment: 5 } }),
    fc.constant(picture(view(IDLE, null, [], [made]))),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const local: TabletLocal = events.reduce(reduceTablet, TABLET_START);
      expect(tabletScreen(view(waiting), local).kind).toBe("waiting");
    }),
  );
});

test("a call hung up here is off the screen at once, until the gateway shows another", () => {
  const left: TabletEvent = { type: "left", call: 8 };
  const cancelled = after(picture(view(waiting)), left, picture(view(waiting)));
  expect(tabletScreen(view(waiting), cancelled)).toEqual({ kind: "languages", cancelled: null });
  const local = after(picture(view(active)), left);
  expect(tabletScreen(view(active), local)).toEqual({ kind: "ended", last: ended(8) });
  const dismissed = reduceTablet(local, { type: "dismissed", call: 8 });
  expect(tabletScreen(view(active), dismissed).kind).toBe("languages");
  const next = view({ ...waiting, call: 9 });
  expect(tabletScreen(next, reduceTablet(cancelled, picture(next))).kind).toBe("waiting");
  expect(reduceTablet(local, picture(view({ kind: "idle" }, ended(8)))).leaving).toBeNull();
});

test("a ringing callback fills the screen, also over the closing screen of another visitor", () => {
  const shown = view(IDLE, ended(8), [{ ...ring, callback: 6, rings_until: null }, ring]);
  const local = after(picture(view(waiting)), picture(shown));
  expect(tabletScreen(shown, local)).toEqual({ kind: "callback", ring });
});

test("a ring waits for a tap under way, unless that tap answers it", () => {
  const shown = view(IDLE, null, [ring]);
  const tapped = after(picture(shown), { type: "tapped", language: "fsl" });
  expect(tabletScreen(shown, tapped).kind).toBe("languages");
  const answered = after(picture(shown), { type: "tapped", language: "ar", callback: 7 });
  expect(tabletScreen(shown, answered)).toEqual({ kind: "callback", ring });
  expect(answered).toMatchObject({ pending: "ar", answering: 7 });
  expect(reduceTablet(answered, picture(view(waiting)))).toMatchObject({
    pending: null,
    answering: null,
  });
});

test("a ring put aside stays quiet until the next one", () => {
  const shown = view(IDLE, null, [ring]);
  const hushed = after(picture(shown), { type: "ring_hushed", ring });
  expect(tabletScreen(shown, hushed).kind).toBe("languages");
  const again = { ...ring, rings_until: 400_000, attempts: 1 };
  const next = view(IDLE, null, [again]);
  expect(tabletScreen(next, reduceTablet(hushed, picture(next)))).toEqual({
    kind: "callback",
    ring: again,
  });
});

test("a wait exchanged for a callback closes with the number of that callback", () => {
  const asked = after(picture(view(waiting)), { type: "callback_wanted", call: 8 });
  expect(asked.converting).toBe(8);
  const made = view(IDLE, ended(8, "converted_callback"), [{ ...ring, callback: 8 }]);
  const quiet = view(IDLE, made.last, [{ ...ring, callback: 8, rings_until: null }]);
  const local = reduceTablet(asked, picture(quiet));
  expect(local.converting).toBeNull();
  expect(tabletScreen(quiet, local)).toEqual({ kind: "ended", last: made.last });
  expect(
    reduceTablet(asked, { type: "refused", wish: "request_callback", problem: "wrong_state" }),
  ).toMatchObject({
    converting: null,
    refusal: { wish: "request_callback", problem: "wrong_state" },
  });
});

test("a refusal ends what it refuses and nothing else that is under way", () => {
  const idle = picture(view({ kind: "idle" }));
  const tapped = after(idle, { type: "tapped", language: "fsl", callback: 7 });
  const kept = reduceTablet(tapped, {
    type: "refused",
    wish: "cancel_appointment",
    problem: "no_answer",
  });
  expect(kept).toMatchObject({ pending: "fsl", answering: 7 });
  const asked = after(picture(view(waiting)), { type: "callback_wanted", call: 8 });
  const still = reduceTablet(asked, { type: "refused", wish: "set_subject", problem: "too_fast" });
  expect(still).toMatchObject({ converting: 8, refusal: { wish: "set_subject" } });
});

test("a refusal is of its call: the next call begins without it", () => {
  const refused: TabletEvent = { type: "refused", wish: "change_mode", problem: "too_fast" };
  const local = after(picture(view(waiting)), refused);
  expect(reduceTablet(local, picture(view(waiting))).refusal).not.toBeNull();
  expect(reduceTablet(local, picture(view(IDLE, ended(8)))).refusal).toBeNull();
  expect(reduceTablet(local, picture(view({ ...waiting, call: 9 }))).refusal).toBeNull();
});

test.each([
  [7, "07"],
  [1042, "42"],
  [1100, "00"],
])("callback %i is number %s", (callback, number) => {
  expect(callbackNumber(callback)).toBe(number);
});

const passedOn = { ...waiting, call: 9, language: "ar" };

test.each<[string, TabletEvent[], number | null]>([
  ["straight after a conversation", [picture(view(active)), picture(view(passedOn))], 9],
  [
    "and still so when the queue moves",
    [picture(view(active)), picture(view(passedOn)), picture(view({ ...passedOn, position: 2 }))],
    9,
  ],
  [
    "not after a tap",
    [picture(view(active)), { type: "tapped", language: "ar" }, picture(view(passedOn))],
    null,
  ],
  [
    "not after an idle screen",
    [picture(view(active)), picture(view(IDLE)), picture(view(passedOn))],
    null,
  ],
  ["not when nothing came before", [picture(view(passedOn))], null],
])("a wait goes on from a conversation: %s", (_, events, continued) => {
  expect(after(...events).continued).toBe(continued);
});

test("a conversation that goes on in its own language broke, in another it was passed on", () => {
  const broke = picture(view({ ...waiting, call: 9 }));
  expect(after(picture(view(active)), broke).passed).toBe(false);
  expect(after(picture(view(active)), picture(view(passedOn))).passed).toBe(true);
});

test("every outcome has its words", () => {
  const outcomes: Record<Outcome, EndedKind> = {
    completed: "done",
    abandoned_queued: "cancelled",
    abandoned_connecting: "cancelled",
    timed_out: "nobody",
    refused_full: "full",
    refused_closed: "closed",
    withdrawn: "withdrawn",
    converted_callback: "callback",
    converted_appointment: "appointment",
    transferred: "passed",
    connection_lost: "broken",
  };
  for (const [outcome, kind] of Object.entries(outcomes)) {
    expect(outcomeKind(outcome as Outcome)).toBe(kind);
  }
});

test("a conversation hung up here is left also where it goes on as another call", () => {
  const onward = view(passedOn);
  const local = after(picture(view(active)), { type: "left", call: 8 }, picture(onward));
  expect(local.leaving).toBe(9);
  expect(tabletScreen(onward, local).kind).toBe("languages");
  const moved = reduceTablet(local, picture(view({ ...passedOn, position: 2 })));
  expect(moved.leaving).toBe(9);
  expect(reduceTablet(moved, picture(view(IDLE))).leaving).toBeNull();
});

test("who chooses a time keeps waiting, and an answer takes the choice off the screen", () => {
  const local = after(picture(view(waiting)), booking(8));
  expect(tabletScreen(view(waiting), local)).toMatchObject({ kind: "booking", call: 8 });
  const moved = view({ ...waiting, position: 2 });
  expect(tabletScreen(moved, reduceTablet(local, picture(moved))).kind).toBe("booking");
  const answered = reduceTablet(local, picture(view(active)));
  expect(tabletScreen(view(active), answered).kind).toBe("call");
  expect(answered.opened).toBeNull();
});

test("a wait that ends by itself leaves the choice of a time on the screen, without the call", () => {
  const over = view(IDLE, ended(8, "timed_out"));
  const local = after(picture(view(waiting)), booking(8), picture(over));
  expect(tabletScreen(over, local)).toEqual({ kind: "booking", language: "fsl", call: null });
  const closed = reduceTablet(local, { type: "opened", opened: null });
  expect(tabletScreen(over, closed).kind).toBe("ended");
});

test.each([8, null])("a time booked instead of call %s is shown until it is put away", (call) => {
  const before = call === null ? view(IDLE) : view(waiting);
  const id = call ?? 9;
  const appointment = { ...made, appointment: id };
  const booked = view(IDLE, ended(id, "converted_appointment"), [], [appointment]);
  const local = after(picture(before), booking(call), picture(booked));
  expect(tabletScreen(booked, local)).toEqual({ kind: "appointment", appointment });
  const confirmed = view(IDLE, booked.last, [], [{ ...appointment, taken: true }]);
  expect(tabletScreen(confirmed, reduceTablet(local, picture(confirmed)))).toMatchObject({
    appointment: { taken: true },
  });
  const closed = reduceTablet(local, { type: "dismissed", call: id });
  expect(tabletScreen(booked, closed).kind).toBe("languages");
});

test("an appointment shown once more goes when it is cancelled", () => {
  const shown = view(IDLE, null, [], [made]);
  const local = after(picture(shown), {
    type: "opened",
    opened: { kind: "appointment", appointment: 5 },
  });
  expect(tabletScreen(shown, local)).toEqual({ kind: "appointment", appointment: made });
  expect(reduceTablet(local, picture(view(IDLE))).opened).toBeNull();
});

test("an appointment whose time has come calls over everything but a tap, until it is quieted", () => {
  const shown = view(IDLE, ended(8), [], [calling]);
  const local = after(picture(view(waiting)), picture(shown));
  expect(tabletScreen(shown, local)).toEqual({ kind: "due", appointment: calling });
  const tapped = reduceTablet(local, { type: "tapped", language: "fsl" });
  expect(tabletScreen(shown, tapped).kind).not.toBe("due");
  const answered = reduceTablet(local, { type: "tapped", language: "ar", callback: 5 });
  expect(tabletScreen(shown, answered).kind).toBe("due");
  const other = { ...calling, appointment: 6 };
  const both = view(IDLE, null, [], [calling, other]);
  const quiet = reduceTablet(local, { type: "quieted", appointment: 5 });
  expect(tabletScreen(both, quiet)).toEqual({ kind: "due", appointment: other });
  const silent = reduceTablet(quiet, { type: "quieted", appointment: 6 });
  expect(tabletScreen(both, reduceTablet(silent, picture(both))).kind).not.toBe("due");
  expect(reduceTablet(silent, picture(view(IDLE))).quieted).toEqual([]);
});

test("pointing at a language ends with its call, or with what went wrong", () => {
  const local = after(picture(view(IDLE)), { type: "opened", opened: { kind: "pointing" } });
  expect(tabletScreen(view(IDLE), local).kind).toBe("pointing");
  const tapped = reduceTablet(local, { type: "tapped", language: "ar" });
  expect(tabletScreen(view(IDLE), tapped).kind).toBe("pointing");
  expect(tabletScreen(view(waiting), reduceTablet(tapped, picture(view(waiting)))).kind).toBe(
    "waiting",
  );
  const refused = reduceTablet(tapped, { type: "refused", wish: "tap", problem: "unavailable" });
  expect(tabletScreen(view(IDLE), refused).kind).toBe("languages");
});
