/** The console against a gateway that the test plays: the camera, the hang-up, each ring's own errors. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import type { Connection } from "./connection";
import { InterpreterController } from "./interpreter-controller";
import { FakeCamera } from "./media/fake-camera";
import type { Activity, Request, ViewOf } from "./protocol";
import { RequestError } from "./requests";

const ACTIVE: Activity = {
  kind: "active",
  call: 8,
  language: "fsl",
  site: 1,
  connected_at: 0,
  other_lost: false,
};
const ringing = (offer: number): Activity => ({
  kind: "ringing",
  offer,
  call: 8,
  language: "fsl",
  site: 1,
  queued_at: 0,
  expires_at: 20_000,
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

  shows(activity: Activity): void {
    const view: ViewOf<"interpreter"> = {
      role: "interpreter",
      languages: ["fsl"],
      availability: "available",
      activity,
      waiting: 0,
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
  home.shows({ kind: "wrap_up", call: 8, ends_at: 0 });
  expect(home.controller.local.get().leaving).toBeNull();
});

test("a ring does not show what went wrong with the one before", async () => {
  home.shows(ringing(1));
  await home.controller.accept();
  expect(home.controller.local.get().problem).toBe("offer_gone");
  home.shows(ringing(2));
  expect(home.controller.local.get().problem).toBeNull();
});
