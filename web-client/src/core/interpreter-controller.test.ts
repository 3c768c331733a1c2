/** The console against a gateway that the test plays: the camera, the hang-up, each ring's own errors. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import type { Connection } from "./connection";
import { InterpreterController, RING_END_MS } from "./interpreter-controller";
import { FakeCamera } from "./media/fake-camera";
import type { Activity, LastOffer, Message, Request, ViewOf } from "./protocol";
import { RequestError } from "./requests";

const ACTIVE: Activity = {
  kind: "active",
  call: 8,
  language: "fsl",
  mode: "sign",
  site: 1,
  connected_at: 0,
  other_lost: false,
  role: "lead",
  colleague: null,
  subject: null,
  observer: null,
  guest: null,
};
const ringing = (offer: number): Activity => ({
  kind: "ringing",
  offer,
  call: 8,
  language: "fsl",
  mode: "sign",
  certification: null,
  subject: null,
  class: "normal",
  site: 1,
  queued_at: 0,
  expires_at: 20_000,
  role: "lead",
  connected_at: null,
});

/** A signed-in interpreter, their gateway and their camera. */
class Home {
  readonly asked: Request[] = [];
  readonly camera = new FakeCamera();
  readonly state = new Cell<ClientState<"interpreter">>(initialState("interpreter"));
  readonly controller: InterpreterController;

  constructor() {
    vi.stubGlobal("navigator", { mediaDevices: this.camera });
    vi.stubGlobal("document", new EventTarget());
    vi.stubGlobal("MediaStream", class {});
    const request = (wanted: Request) => {
      if (this.state.get().link !== "connected") {
        return Promise.reject(new RequestError("not_connected", "away"));
      }
      this.asked.push(wanted);
      return wanted.type === "accept"
        ? Promise.reject(new RequestError("offer_gone", "too late"))
        : Promise.resolve({ type: "done", id: 1 });
    };
    const connection = { state: this.state, request } as unknown as Connection<"interpreter">;
    this.controller = new InterpreterController(connection);
    this.shows({ kind: "idle" });
  }

  shows(activity: Activity, last_offer: LastOffer | null = null): void {
    const view: ViewOf<"interpreter"> = {
      role: "interpreter",
      languages: ["fsl"],
      availability: "available",
      pause: null,
      activity,
      waiting: 0,
      appointments: [],
      last_offer,
      work: {
        done_ms: 0,
        since: null,
        relief_due: false,
        stop_reached: false,
        rests_until: null,
      },
      help: null,
    };
    this.state.set({ ...this.state.get(), link: "connected", view });
  }

  is(link: ClientState<"interpreter">["link"]): void {
    this.state.set({ ...this.state.get(), link });
  }
}

let home: Home;
beforeEach(() => {
  vi.useFakeTimers();
  // No connection can be made here; only the devices are looked at.
  vi.spyOn(console, "warn").mockReturnValue();
  home = new Home();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Lets everything that was promised happen. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const hangUps = () => home.asked.filter(({ type }) => type === "hang_up").length;

test.each(["replaced", "signed-out"] as const)(
  "the camera test ends when the page is %s",
  async (link) => {
    await home.controller.preview(true);
    expect(home.camera.lit).toBe(1);
    home.is(link);
    expect(home.camera.lit).toBe(0);
  },
);

test("ending while the link is away closes the camera now and tells the gateway later", async () => {
  await home.controller.preview(true);
  home.shows(ACTIVE);
  expect(home.camera.lit).toBe(1);
  home.is("reconnecting");
  home.controller.end();
  expect(home.camera.lit).toBe(0);
  expect(hangUps()).toBe(0);

  home.shows(ACTIVE);
  await settle();
  expect(hangUps()).toBe(1);
  expect(home.camera.lit).toBe(0);
  home.shows({ kind: "wrap_up", call: 8, ends_at: 0, extendable: true });
  expect(home.controller.local.get().leaving).toBeNull();
});

test("a ring does not show what went wrong with the one before", async () => {
  home.shows(ringing(1));
  await home.controller.accept();
  expect(home.controller.local.get().problem).toBe("offer_gone");
  home.shows(ringing(2));
  expect(home.controller.local.get().problem).toBeNull();
});

test.each(["missed", "caller_left", "lost_race", "reassigned", "withdrawn"] as const)(
  "a ring that ends as %s says so, until the next ring",
  (end) => {
    home.shows(ringing(1));
    home.shows({ kind: "idle" }, { offer: 1, end });
    expect(home.controller.local.get().ringEnd).toBe(end);
    home.shows(ringing(2), { offer: 1, end });
    expect(home.controller.local.get().ringEnd).toBeNull();
  },
);

test("nothing is said of a ring that was declined, accepted, or never rang on this page", () => {
  home.shows({ kind: "idle" }, { offer: 1, end: "missed" });
  expect(home.controller.local.get().ringEnd).toBeNull();
  home.shows(ringing(2));
  home.shows({ kind: "idle" }, { offer: 2, end: "declined", reason: "tired" });
  expect(home.controller.local.get().ringEnd).toBeNull();
  home.shows(ringing(3));
  home.shows(ACTIVE, { offer: 2, end: "missed" });
  expect(home.controller.local.get().ringEnd).toBeNull();
});

test("what became of a ring is not said for ever", () => {
  home.shows(ringing(1));
  home.shows({ kind: "idle" }, { offer: 1, end: "caller_left" });
  // A new picture does not begin the time anew.
  vi.advanceTimersByTime(RING_END_MS - 1);
  home.shows({ kind: "idle" }, { offer: 1, end: "caller_left" });
  expect(home.controller.local.get().ringEnd).toBe("caller_left");
  vi.advanceTimersByTime(1);
  expect(home.controller.local.get().ringEnd).toBeNull();
});

test("an accept that came too late is explained once", async () => {
  home.shows(ringing(1));
  const accepted = home.controller.accept();
  home.shows({ kind: "idle" }, { offer: 1, end: "lost_race" });
  await accepted;
  expect(home.controller.local.get()).toMatchObject({ ringEnd: "lost_race", problem: null });
});

test.each([
  ["sign", "audio video"],
  ["spoken_video", "audio video"],
  ["cued_speech", "audio video"],
  ["spoken_audio", "audio"],
] as const)("accepting a call by %s opens %s and nothing else", async (mode, devices) => {
  home.shows({ ...ringing(1), mode } as Activity);
  await home.controller.accept();
  await settle();
  expect(home.camera.asked).toEqual([devices]);
});

test("more time is asked for only while there is some, and a transfer only in a conversation", async () => {
  await home.controller.extendWrapUp();
  expect(await home.controller.transfer("ar")).toBe(false);
  home.shows({ kind: "wrap_up", call: 8, ends_at: 0, extendable: false });
  await home.controller.extendWrapUp();
  expect(home.asked).toEqual([]);
  home.shows({ kind: "wrap_up", call: 8, ends_at: 30_000, extendable: true });
  await home.controller.extendWrapUp();
  home.shows(ACTIVE);
  expect(await home.controller.transfer("ar")).toBe(true);
  const talk = home.asked.filter(({ type }) => type !== "media_offer");
  expect(talk).toEqual([
    { type: "extend_wrap_up", until: 30_000 },
    { type: "transfer", call: 8, language: "ar" },
  ]);
});

test("the lead asks for relief, and relief takes over once it is there", async () => {
  home.shows({ kind: "idle" });
  expect(await home.controller.invite("relief")).toBe(false);
  await home.controller.takeOver();
  await home.controller.cancelInvite();
  expect(home.asked).toEqual([]);
  home.shows(ACTIVE);
  await home.controller.takeOver();
  expect(await home.controller.invite("relief", "fsl")).toBe(true);
  const colleague = { role: "relief", state: "ringing", interpreter: null } as const;
  home.shows({ ...ACTIVE, colleague } as Activity);
  expect(await home.controller.invite("second")).toBe(false);
  await home.controller.cancelInvite();
  home.shows({ ...ACTIVE, role: "relief", colleague } as Activity);
  await home.controller.cancelInvite();
  await home.controller.takeOver();
  expect(home.asked.filter(({ type }) => type !== "media_offer")).toEqual([
    { type: "invite", call: 8, role: "relief" },
    { type: "cancel_invite", call: 8 },
    { type: "take_over", call: 8 },
  ]);
});

test("a second interpreter is asked for in the call's language, or in another that is named", async () => {
  home.shows(ACTIVE);
  await home.controller.invite("second", "fsl");
  await home.controller.invite("second", "ar");
  expect(home.asked.filter(({ type }) => type !== "media_offer")).toEqual([
    { type: "invite", call: 8, role: "second" },
    { type: "invite", call: 8, role: "second", language: "ar" },
  ]);
});

test("a colleague who leaves hangs up for themselves, and their camera is closed", async () => {
  await home.controller.preview(true);
  const colleague = { role: "second", state: "there", interpreter: 4 } as const;
  home.shows({ ...ACTIVE, role: "second", colleague } as Activity);
  home.controller.end();
  await settle();
  expect(hangUps()).toBe(1);
  expect(home.camera.lit).toBe(0);
});

test("a text that was put away stays away, and the others stay", () => {
  const notices: Message<"notice">[] = [1, 2].map((sent_at) => ({
    type: "notice",
    text: "The network is slow today.",
    sent_at,
  }));
  home.state.set({ ...home.state.get(), notices });
  const [first, second] = notices;
  if (first) home.controller.dismiss(first);
  expect(home.controller.local.get().read).toEqual([first]);
  home.state.set({ ...home.state.get(), notices: notices.slice(1) });
  if (second) home.controller.dismiss(second);
  expect(home.controller.local.get().read).toEqual([second]);
});

test("every click and every key unlocks the tone, also after the browser took it back", () => {
  const resume = vi.fn(() => Promise.resolve());
  vi.stubGlobal(
    "AudioContext",
    class {
      resume = resume;
    },
  );
  for (const gesture of ["click", "keydown", "click"]) document.dispatchEvent(new Event(gesture));
  expect(resume).toHaveBeenCalledTimes(3);
});
