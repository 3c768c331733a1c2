/** A third party's page: the link is used once, nothing is sent unasked, and there is always a way on. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BACKOFF_MAX_MS } from "./backoff";
import { Cell } from "./cell";
import { type ClientState, initialState } from "./client-state";
import type { Connection } from "./connection";
import { GatewayError } from "./gateway";
import { guestScreen, linkCode } from "./guest";
import { GuestController, type GuestMemory } from "./guest-controller";
import { FakeCamera } from "./media/fake-camera";
import type { Request, ViewOf } from "./protocol";

const VIEW: ViewOf<"guest"> = {
  role: "guest",
  call: 8,
  language: "fsl",
  mode: "sign",
  site: 1,
  connected_at: 0,
  colleague: null,
  observer: null,
};

/** A browser with the link, and the gateway that the test plays. */
class Visitor {
  readonly asked: Request[] = [];
  readonly camera = new FakeCamera();
  readonly state = new Cell<ClientState<"guest">>(initialState("guest"));
  readonly controller: GuestController;
  readonly redeemed: string[] = [];
  started = 0;
  reachable = true;
  /** Codes that are still good. */
  good = ["code"];
  signedIn = false;
  refusal = "invite_gone";
  readonly memory: GuestMemory = { waiting: "code", taken: null };

  constructor() {
    vi.stubGlobal("navigator", { mediaDevices: this.camera });
    vi.stubGlobal("document", new EventTarget());
    vi.stubGlobal("MediaStream", class {});
    const request = (wanted: Request) => {
      this.asked.push(wanted);
      return Promise.resolve({ type: "done", id: 1 });
    };
    const start = () => {
      this.started += 1;
    };
    const connection = { state: this.state, request, start } as unknown as Connection<"guest">;
    const gate = {
      redeem: async (code: string) => {
        if (!this.reachable) throw new GatewayError("unreachable", "no network");
        this.redeemed.push(code);
        if (!this.good.includes(code)) throw new GatewayError(this.refusal, "used");
        this.good = [];
        this.signedIn = true;
      },
      session: async () => {
        if (!this.reachable) throw new GatewayError("unreachable", "no network");
        return { signed_in: this.signedIn, service: "Ville d'Amiens" };
      },
    };
    this.controller = new GuestController(connection, gate, this.memory);
  }

  get screen(): string {
    return guestScreen(this.controller.local.get(), this.state.get());
  }

  shows(view: ViewOf<"guest"> | null, link: ClientState<"guest">["link"] = "connected"): void {
    this.state.set({ ...this.state.get(), link, view });
  }

  /** In the call. */
  async joins(): Promise<void> {
    await this.controller.start();
    this.controller.join();
    this.shows(VIEW);
  }
}

let visitor: Visitor;
beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockReturnValue();
  visitor = new Visitor();
});
afterEach(() => {
  visitor.controller.leave();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("the code is the whole fragment, or what follows its name", () => {
  expect(linkCode("#k3Jd_82-hfQ")).toBe("k3Jd_82-hfQ");
  expect(linkCode("#invite=k3Jd")).toBe("k3Jd");
  expect(linkCode("")).toBeNull();
  expect(linkCode("#")).toBeNull();
});

test("a good link leads to the lobby, with the camera tried and nobody told", async () => {
  await visitor.controller.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(visitor.screen).toBe("lobby");
  expect(visitor.controller.local.get().service).toBe("Ville d'Amiens");
  expect(visitor.camera.lit).toBe(1);
  expect(visitor.started).toBe(0);
});

test("a used link says so, unless this browser is let in by it already", async () => {
  visitor.good = [];
  await visitor.controller.start();
  expect(visitor.screen).toBe("gone");
  expect(visitor.memory.waiting).toBeNull();
  visitor.memory.waiting = "code";
  visitor.memory.taken = "code";
  visitor.signedIn = true;
  await visitor.controller.start();
  expect(visitor.screen).toBe("lobby");
});

test("a refused link does not lead into another conversation, not even after a reload", async () => {
  visitor.good = [];
  visitor.signedIn = true;
  visitor.memory.taken = "another";
  await visitor.controller.start();
  expect(visitor.screen).toBe("gone");
  await visitor.controller.start();
  expect(visitor.screen).toBe("gone");
});

test("a link whose answer was lost lets in whoever was not let in before", async () => {
  visitor.refusal = "unreachable";
  visitor.good = [];
  await visitor.controller.start();
  expect(visitor.screen).toBe("unreachable");
  // The gateway had taken it all the same.
  visitor.signedIn = true;
  visitor.refusal = "invite_gone";
  await vi.advanceTimersByTimeAsync(BACKOFF_MAX_MS);
  expect(visitor.screen).toBe("lobby");
});

test("a gateway that cannot say yet keeps the code for the next time", async () => {
  visitor.good = [];
  visitor.refusal = "unavailable";
  await visitor.controller.start();
  expect(visitor.screen).toBe("unreachable");
  expect(visitor.memory).toEqual({ waiting: "code", taken: null });
  visitor.good = ["code"];
  await vi.advanceTimersByTimeAsync(BACKOFF_MAX_MS);
  expect(visitor.screen).toBe("lobby");
  expect(visitor.memory).toEqual({ waiting: null, taken: "code" });
});

test("a link opened without a network is used once there is one", async () => {
  visitor.reachable = false;
  await visitor.controller.start();
  expect(visitor.screen).toBe("unreachable");
  visitor.reachable = true;
  await vi.advanceTimersByTimeAsync(BACKOFF_MAX_MS);
  expect(visitor.redeemed).toEqual(["code"]);
  expect(visitor.screen).toBe("lobby");
});

test("one tap joins, and a second one does nothing", async () => {
  await visitor.controller.start();
  visitor.controller.join();
  visitor.controller.join();
  expect(visitor.started).toBe(1);
  expect(visitor.screen).toBe("connecting");
  visitor.shows(VIEW);
  expect(visitor.screen).toBe("call");
});

test("whoever is cut off stays in the call and is told", async () => {
  await visitor.joins();
  visitor.shows(VIEW, "reconnecting");
  expect(visitor.screen).toBe("call");
});

test("the end of the call closes the camera and says so", async () => {
  await visitor.joins();
  await vi.advanceTimersByTimeAsync(0);
  visitor.shows(VIEW, "signed-out");
  expect(visitor.screen).toBe("over");
  expect(visitor.camera.lit).toBe(0);
});

test("a link that has expired in the lobby is told as that", async () => {
  await visitor.controller.start();
  visitor.controller.join();
  visitor.shows(null, "signed-out");
  expect(visitor.screen).toBe("gone");
});

test("another page that takes part may be taken over from", async () => {
  await visitor.joins();
  visitor.shows(VIEW, "replaced");
  expect(visitor.screen).toBe("elsewhere");
  expect(visitor.camera.lit).toBe(0);
  visitor.controller.takeOver();
  visitor.shows(VIEW);
  expect(visitor.screen).toBe("call");
});

test("leaving tells the gateway, closes the camera and is final", async () => {
  await visitor.joins();
  visitor.controller.leave();
  await vi.advanceTimersByTimeAsync(0);
  expect(visitor.asked.filter(({ type }) => type === "hang_up")).toEqual([
    { type: "hang_up", call: 8 },
  ]);
  expect(visitor.camera.lit).toBe(0);
  visitor.shows(VIEW, "signed-out");
  expect(visitor.screen).toBe("left");
});

test("whoever leaves without a network is gone for the gateway as soon as it is back", async () => {
  await visitor.joins();
  visitor.shows(VIEW, "reconnecting");
  visitor.controller.leave();
  await vi.advanceTimersByTimeAsync(0);
  const before = visitor.asked.length;
  visitor.shows(VIEW);
  expect(visitor.asked.slice(before)).toEqual([{ type: "hang_up", call: 8 }]);
  expect(visitor.screen).toBe("left");
  await vi.advanceTimersByTimeAsync(0);
  expect(visitor.camera.lit).toBe(0);
});

test("whoever joins without devices is told so, stays in the call, and may try again", async () => {
  const nothing = () => [];
  const none = class {
    getTracks = nothing;
    getAudioTracks = nothing;
    getVideoTracks = nothing;
    addTrack = nothing;
  };
  vi.stubGlobal("MediaStream", none);
  const granted = visitor.camera.getUserMedia.bind(visitor.camera);
  const asked = vi.spyOn(visitor.camera, "getUserMedia");
  asked.mockRejectedValue(Object.assign(new Error("no"), { name: "NotAllowedError" }));
  await visitor.controller.start();
  await vi.advanceTimersByTimeAsync(0);
  visitor.controller.join();
  visitor.shows(VIEW);
  await vi.advanceTimersByTimeAsync(0);
  expect(visitor.controller.local.get().without).toBe("denied");
  expect(visitor.controller.media.picture.get()).toMatchObject({ problem: null });
  expect(visitor.controller.media.picture.get().state).not.toBe("idle");
  // A later picture of the same call nags nobody.
  const before = asked.mock.calls.length;
  visitor.shows({ ...VIEW });
  await vi.advanceTimersByTimeAsync(0);
  expect(asked.mock.calls.length).toBe(before);
  asked.mockImplementation(granted);
  visitor.controller.retryDevices();
  await vi.advanceTimersByTimeAsync(0);
  expect(visitor.controller.local.get().without).toBeNull();
  expect(visitor.camera.lit).toBe(1);
});
