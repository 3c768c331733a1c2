/** The tablet against a gateway that the test plays: what it is told, and what becomes of the camera. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import type { Connection } from "./connection";
import { FakeCamera } from "./media/fake-camera";
import type {
  AppointmentView,
  CallbackView,
  EndedCall,
  ErrorCode,
  Request,
  TabletPhase,
  ViewOf,
} from "./protocol";
import { RequestError } from "./requests";
import { tabletScreen } from "./tablet";
import { TabletController } from "./tablet-controller";

const IDLE: TabletPhase = { kind: "idle" };
const WAITING = {
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
const ACTIVE = {
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
const DUE: AppointmentView = {
  appointment: 5,
  language: "fsl",
  mode: "sign",
  starts_at: 0,
  ends_at: 1,
  taken: true,
  may_answer: true,
  calls_until: 60_000,
};
const RING: CallbackView = {
  callback: 7,
  language: "ar",
  mode: "spoken_video",
  ticket: 0,
  rings_until: 60_000,
  attempts: 0,
};

/** A signed-in tablet, its gateway and its camera. */
class Counter {
  readonly asked: Request[] = [];
  readonly camera = new FakeCamera();
  readonly state = new Cell<ClientState<"tablet">>(initialState("tablet"));
  readonly controller: TabletController;
  /** What every request is refused with. */
  refuses: ErrorCode | null = null;

  constructor() {
    vi.stubGlobal("navigator", { mediaDevices: this.camera });
    vi.stubGlobal("document", new EventTarget());
    const none = () => [];
    vi.stubGlobal(
      "MediaStream",
      class {
        getTracks = none;
        getAudioTracks = none;
        getVideoTracks = none;
      },
    );
    const request = (wanted: Request) => {
      if (this.state.get().link !== "connected") {
        return Promise.reject(new RequestError("not_connected", "away"));
      }
      this.asked.push(wanted);
      if (this.refuses) return Promise.reject(new RequestError(this.refuses, "no"));
      const slots = [{ starts_at: 0, ends_at: 1 }];
      return Promise.resolve(
        wanted.type === "slots" ? { type: "slots", id: 1, slots } : { type: "done", id: 1 },
      );
    };
    const connection = { state: this.state, request } as unknown as Connection<"tablet">;
    this.controller = new TabletController(connection);
    this.shows(IDLE);
  }

  shows(
    phase: TabletPhase,
    last: EndedCall | null = null,
    more: Partial<Pick<ViewOf<"tablet">, "closed" | "callbacks" | "appointments">> = {},
  ): void {
    const calm = { closed: [], callbacks: [], appointments: [], ...more };
    const view: ViewOf<"tablet"> = { role: "tablet", site: 1, phase, last, ...calm };
    this.state.set({ ...this.state.get(), link: "connected", view });
  }

  is(link: ClientState<"tablet">["link"]): void {
    this.state.set({ ...this.state.get(), link });
  }
}

let counter: Counter;
beforeEach(() => {
  vi.useFakeTimers();
  counter = new Counter();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const hangUps = () => counter.asked.filter(({ type }) => type === "hang_up").length;
/** Lets everything that was promised happen. */
const settle = () => vi.advanceTimersByTimeAsync(0);

test("a call refused at once leaves no camera on", async () => {
  await counter.controller.tap("fsl");
  await settle();
  expect(counter.camera.lit).toBe(1);
  counter.shows(IDLE, { call: 8, language: "fsl", outcome: "refused_full" });
  expect(counter.camera.lit).toBe(0);
});

test("a tap whose picture never comes leaves no camera on", async () => {
  await counter.controller.tap("fsl");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(counter.camera.lit).toBe(0);
  expect(counter.controller.local.get().pending).toBeNull();
});

test("the patience of one tap does not end the next", async () => {
  await counter.controller.tap("fsl");
  counter.shows(WAITING);
  counter.shows(IDLE, { call: 8, language: "fsl", outcome: "timed_out" });
  await vi.advanceTimersByTimeAsync(2_000);
  await counter.controller.tap("fsl");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(counter.camera.lit).toBe(1);
});

test("leaving while the link is away closes the camera now and tells the gateway later", async () => {
  counter.shows(WAITING);
  await settle();
  expect(counter.camera.lit).toBe(1);
  counter.is("reconnecting");
  counter.controller.leave(8);
  expect(counter.camera.lit).toBe(0);
  expect(hangUps()).toBe(0);

  counter.shows({ ...WAITING, position: 2 });
  await settle();
  counter.shows({ ...WAITING, position: 1 });
  await settle();
  expect(hangUps()).toBe(2);
  expect(counter.camera.lit).toBe(0);
  counter.shows(IDLE, { call: 8, language: "fsl", outcome: "abandoned_queued" });
  expect(counter.controller.local.get().leaving).toBeNull();
});

test("a page that was replaced lets go of the camera, and of a hang-up that is not its own now", async () => {
  counter.shows(WAITING);
  await settle();
  counter.is("reconnecting");
  counter.controller.leave(8);
  counter.is("replaced");
  expect(counter.camera.lit).toBe(0);
  counter.shows(WAITING);
  await settle();
  expect(hangUps()).toBe(0);
});

test("a tap on a closed language is counted by the gateway and opens no camera", async () => {
  counter.shows(IDLE, null, { closed: [{ language: "ar", opens_at: null }] });
  await counter.controller.tap("ar");
  expect(counter.asked).toEqual([{ type: "tap", language: "ar" }]);
  expect(counter.camera.lit).toBe(0);
  counter.shows(IDLE, { call: 8, language: "ar", outcome: "refused_closed" });
  expect(counter.controller.local.get().pending).toBeNull();
});

test("answering a callback opens the camera at once, once", async () => {
  counter.shows(IDLE, null, { callbacks: [RING] });
  const first = counter.controller.answerCallback(RING);
  const second = counter.controller.answerCallback(RING);
  await Promise.all([first, second]);
  expect(counter.asked).toEqual([{ type: "answer_callback", callback: 7 }]);
  expect(counter.camera.lit).toBe(1);
});

test("a callback that is gone leaves no camera on and says so", async () => {
  counter.shows(IDLE, null, { callbacks: [RING] });
  counter.refuses = "call_gone";
  await counter.controller.answerCallback(RING);
  await settle();
  expect(counter.camera.lit).toBe(0);
  expect(counter.controller.local.get()).toMatchObject({
    answering: null,
    refusal: { wish: "answer_callback", problem: "call_gone" },
  });
});

test("a wait is exchanged for a callback once, however often it is asked for", async () => {
  counter.shows(WAITING);
  await settle();
  void counter.controller.wantCallback(8);
  void counter.controller.wantCallback(8);
  await settle();
  expect(counter.asked).toEqual([{ type: "request_callback", call: 8 }]);
  counter.shows(IDLE, { call: 8, language: "fsl", outcome: "converted_callback" });
  expect(counter.camera.lit).toBe(0);
});

test("a call by voice alone closes the camera, and a picture after all opens it again", async () => {
  counter.shows({ ...WAITING, mode: "spoken_video" });
  await settle();
  expect(counter.camera.lit).toBe(1);
  counter.shows({ ...WAITING, mode: "spoken_audio" });
  expect(counter.camera.lit).toBe(0);
  counter.shows({ ...WAITING, mode: "spoken_video" });
  await settle();
  expect(counter.camera.lit).toBe(1);
});

test("hanging up in the moment of a transfer also leaves the call it goes on as", async () => {
  counter.shows({ ...ACTIVE, call: 8 });
  await settle();
  counter.controller.leave(8);
  // The gateway's answer is still on its way.
  counter.shows({ ...WAITING, call: 9, language: "ar" });
  await settle();
  expect(counter.asked).toEqual([
    { type: "hang_up", call: 8 },
    { type: "hang_up", call: 9 },
  ]);
  expect(counter.camera.lit).toBe(0);
});

test("a new build is loaded on the list of languages only, with no tap under way", async () => {
  const reload = vi.fn();
  vi.stubGlobal("location", { reload });
  await counter.controller.tap("fsl");
  counter.state.set({ ...counter.state.get(), outdated: true });
  expect(reload).not.toHaveBeenCalled();
  counter.shows(WAITING);
  const quiet = { ...RING, callback: 8, rings_until: null };
  const last: EndedCall = { call: 8, language: "fsl", outcome: "converted_callback" };
  counter.shows(IDLE, last, { callbacks: [quiet] });
  counter.shows(IDLE, last, { callbacks: [RING] });
  counter.controller.hush(RING);
  counter.shows(IDLE, last, { callbacks: [RING] });
  counter.controller.dismiss(8);
  expect(counter.controller.local.get().hushed).not.toBeNull();
  expect(reload).not.toHaveBeenCalled();
  counter.shows(IDLE, last, { callbacks: [quiet] });
  expect(reload).toHaveBeenCalledTimes(1);
});

test("the visitor of an appointment answers with the camera already opening", async () => {
  counter.shows(IDLE, null, { appointments: [DUE] });
  await Promise.all([
    counter.controller.answerAppointment(DUE),
    counter.controller.answerAppointment(DUE),
  ]);
  expect(counter.asked).toEqual([{ type: "answer_appointment", appointment: 5 }]);
  expect(counter.camera.lit).toBe(1);
  counter.shows(WAITING, null, { appointments: [] });
  expect(counter.controller.local.get()).toMatchObject({ pending: null, answering: null });
});

test("an appointment in writing is answered without camera and microphone", async () => {
  const due = { ...DUE, mode: "text_relay" as const };
  counter.camera.missing.add("audioinput").add("videoinput");
  counter.shows(IDLE, null, { appointments: [due] });
  await counter.controller.answerAppointment(due);
  await settle();
  expect(counter.controller.blocked.get()).toBeNull();
  expect(counter.asked).toEqual([{ type: "answer_appointment", appointment: 5 }]);
});

test("an appointment by voice asks for the microphone alone", async () => {
  const due = { ...DUE, language: "ar", mode: "spoken_audio" as const };
  counter.camera.missing.add("videoinput");
  counter.shows(IDLE, null, { appointments: [due] });
  await counter.controller.answerAppointment(due);
  await settle();
  expect(counter.camera.asked).toEqual(["audio"]);
  expect(counter.asked).toHaveLength(1);
});

test("who signs and has no camera is told so, and can ask for it in writing", async () => {
  const modes = ["sign" as const, "text_relay" as const];
  const names = { language: "fsl", name: "LSF", name_fr: "LSF", name_en: "FSL", rtl: false };
  const languages = [{ ...names, mode: "signed" as const, modes }];
  const { directory } = counter.state.get();
  counter.state.set({ ...counter.state.get(), directory: { ...directory, languages } });
  counter.camera.missing.add("videoinput");
  await counter.controller.tap("fsl");
  expect(counter.controller.blocked.get()).toEqual({ problem: "no_camera", touched: "fsl" });
  expect(counter.asked).toEqual([]);
  await counter.controller.tap("fsl", "text_relay");
  expect(counter.controller.blocked.get()).toBeNull();
  expect(counter.asked).toEqual([{ type: "tap", language: "fsl", mode: "text_relay" }]);
});

test("a wait that goes on in writing misses no camera, also while it is being opened", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  counter.camera.missing.add("audioinput").add("videoinput");
  counter.shows(WAITING);
  await settle();
  expect(counter.controller.media.picture.get().problem).not.toBeNull();
  counter.shows({ ...WAITING, mode: "text_relay" });
  await settle();
  expect(counter.controller.media.picture.get().problem).toBeNull();

  counter.shows(IDLE);
  counter.shows({ ...WAITING, call: 9 });
  counter.shows({ ...WAITING, call: 9, mode: "text_relay" });
  await settle();
  expect(counter.controller.media.picture.get().problem).toBeNull();
});

test("another way and a subject are asked for the waiting call, whose camera follows", async () => {
  counter.shows({ ...WAITING, language: "ar", mode: "spoken_video" });
  await settle();
  await counter.controller.changeMode(8, "spoken_audio");
  await counter.controller.setSubject(8, "housing");
  await counter.controller.setSubject(8, null);
  expect(counter.asked).toEqual([
    { type: "change_mode", call: 8, mode: "spoken_audio" },
    { type: "set_subject", call: 8, subject: "housing" },
    { type: "set_subject", call: 8, subject: null },
  ]);
  counter.shows({ ...WAITING, language: "ar", mode: "spoken_audio" });
  expect(counter.camera.lit).toBe(0);
});

test("a double tap on a way or a subject does not take it back", async () => {
  counter.shows({ ...WAITING, language: "ar", mode: "spoken_video" });
  counter.shows({ ...WAITING, language: "ar", mode: "spoken_audio", subject: "housing" });
  await counter.controller.changeMode(8, "spoken_video");
  await counter.controller.setSubject(8, null);
  expect(counter.asked).toEqual([]);
  const drawn = vi.fn();
  counter.controller.settled.watch(drawn);
  drawn.mockClear();
  await vi.advanceTimersByTimeAsync(750);
  expect(drawn).toHaveBeenCalled();
  await counter.controller.changeMode(8, "spoken_video");
  await counter.controller.setSubject(8, null);
  expect(counter.asked).toHaveLength(2);
});

const screen = () => {
  const { view } = counter.state.get();
  return view && tabletScreen(view, counter.controller.local.get()).kind;
};

test("a time chosen is still chosen after an appointment has called meanwhile", async () => {
  const { controller } = counter;
  controller.open({ kind: "booking", language: "ar", call: null });
  const booker = controller.booker("ar");
  await settle();
  booker.choose({ starts_at: 0, ends_at: 1 });
  counter.shows(IDLE, null, { appointments: [DUE] });
  expect(screen()).toBe("due");
  controller.quiet(DUE.appointment);
  expect(screen()).toBe("booking");
  expect(controller.booker("ar").state.get().chosen).not.toBeNull();

  controller.open(null);
  controller.open({ kind: "booking", language: "ar", call: null });
  expect(controller.booker("ar").state.get().chosen).toBeNull();
});

test("a ticket can be read before an appointment that is due calls", async () => {
  const made = { ...DUE, appointment: 6, calls_until: null };
  const last: EndedCall = { call: 6, language: "fsl", outcome: "converted_appointment" };
  counter.shows(IDLE, last, { appointments: [made, DUE] });
  await vi.advanceTimersByTimeAsync(9_900);
  expect(screen()).toBe("appointment");
  await vi.advanceTimersByTimeAsync(200);
  expect(screen()).toBe("due");
  counter.controller.quiet(DUE.appointment);
  expect(screen()).toBe("appointment");
});

test("a ticket that was put away lets the next appointment call at once", () => {
  const made = { ...DUE, appointment: 6, calls_until: null };
  counter.shows(IDLE, null, { appointments: [made] });
  counter.controller.open({ kind: "appointment", appointment: 6 });
  counter.shows(IDLE, null, { appointments: [made, DUE] });
  expect(screen()).toBe("appointment");
  counter.controller.closeAppointment();
  expect(screen()).toBe("due");
});

test("a refusal names what was refused, until something succeeds", async () => {
  counter.shows(WAITING);
  counter.refuses = "too_fast";
  await counter.controller.changeMode(8, "text_relay");
  const refusal = () => counter.controller.local.get().refusal;
  expect(refusal()).toEqual({ wish: "change_mode", problem: "too_fast" });
  counter.shows({ ...WAITING, position: 2 });
  expect(refusal()).not.toBeNull();
  counter.refuses = null;
  await counter.controller.setSubject(8, "housing");
  expect(refusal()).toBeNull();
});

test("closing an appointment shown once more does not bring back a closing screen", () => {
  const appointment = { appointment: 5, language: "ar", mode: "spoken_video" as const };
  const made = { ...appointment, starts_at: 0, ends_at: 1, taken: false, may_answer: false };
  const last: EndedCall = { call: 8, language: "fsl", outcome: "completed" };
  counter.shows({ ...ACTIVE });
  counter.shows(IDLE, last, { appointments: [{ ...made, calls_until: null }] });
  counter.controller.dismiss(8);
  counter.controller.open({ kind: "appointment", appointment: 5 });
  counter.controller.closeAppointment();
  expect(counter.controller.local.get()).toMatchObject({ opened: null, dismissed: 8 });
});
