/**
 * Which device is paired as which tablet, and what a coordinator or an administrator does about it:
 * a code, and taking a tablet away. Over HTTP, because none of it concerns a call.
 */
import { Cell, type ReadableCell } from "./cell";
import { ask, GatewayError, post, type TabletEnd } from "./gateway";
import type { SiteId, TabletId, Timestamp } from "./protocol";
import type { Found } from "./self-test/faults";

/** How a tablet's pairing stands; `unbound`: signed in, but by the demonstration or an older link. */
export type DeviceState = "unpaired" | "paired" | "unbound" | TabletEnd;

/** A tablet of the configuration. */
export interface TabletDevice {
  readonly tablet: TabletId;
  readonly state: DeviceState;
  readonly since: Timestamp | null;
  /** The mark of the session that made the code, as in the audit journal. */
  readonly paired_by: string | null;
  /** The beginning of the day (UTC) on which it was last there. */
  readonly seen_on: Timestamp | null;
  readonly connected: boolean;
  readonly code_until: Timestamp | null;
  /** How its newest test of itself went; null while there was none. */
  readonly self_test: (Found & { readonly at: Timestamp }) | null;
}

/** A site with its tablets. */
export interface SiteDevices {
  readonly site: SiteId;
  readonly name: string;
  readonly tablets: readonly TabletDevice[];
}

/** A code, as long as it is on the screen. */
export interface Code {
  readonly tablet: TabletId;
  readonly code: string;
  readonly url: string;
  readonly until: Timestamp;
  /** Since when the tablet was what it is when the code was made. */
  readonly before: Timestamp | null;
}

/** Why something was not done. */
export type DeviceProblem = "full" | "unknown" | "failed";

/** What the panel shows. */
export interface Devices {
  /** Null until they have arrived. */
  readonly sites: readonly SiteDevices[] | null;
  readonly code: Code | null;
  readonly busy: boolean;
  readonly problem: DeviceProblem | null;
}

/** The gateway's part; tests bring their own. */
export interface DeviceGateway {
  list(): Promise<readonly SiteDevices[]>;
  code(tablet: TabletId): Promise<{ code: string; path: string; until: Timestamp }>;
  remove(tablet: TabletId): Promise<void>;
}

const GATEWAY: DeviceGateway = {
  list: async () => ((await (await ask("/api/tablets")).json()) as { sites: SiteDevices[] }).sites,
  code: async (tablet) => (await post(`/api/tablets/${tablet}/code`)).json(),
  remove: async (tablet) => {
    await post(`/api/tablets/${tablet}/remove`);
  },
};

/** See the module. */
export class DeviceDesk {
  readonly #state = new Cell<Devices>({ sites: null, code: null, busy: false, problem: null });
  readonly #gateway: DeviceGateway;
  readonly #origin: string;

  constructor(origin: string, gateway: DeviceGateway = GATEWAY) {
    this.#origin = origin;
    this.#gateway = gateway;
  }

  get state(): ReadableCell<Devices> {
    return this.#state;
  }

  /** Asks for the list; while nobody answers, the last one stays. */
  async load(): Promise<void> {
    try {
      this.#show({ sites: await this.#gateway.list() });
    } catch (error) {
      console.warn(error);
    }
  }

  /** Makes a code for a tablet and shows it. */
  async makeCode(tablet: TabletId): Promise<void> {
    await this.#act(async () => {
      const before = deviceOf(this.#state.get(), tablet)?.since ?? null;
      const { code, path, until } = await this.#gateway.code(tablet);
      this.#show({ code: { tablet, code, until, url: this.#origin + path, before } });
    });
  }

  /** Takes whatever is paired as this tablet away from it. */
  async remove(tablet: TabletId): Promise<void> {
    await this.#act(() => this.#gateway.remove(tablet));
  }

  /** Shows the list again. */
  closeCode(): void {
    this.#show({ code: null, problem: null });
  }

  async #act(act: () => Promise<void>): Promise<void> {
    if (this.#state.get().busy) return;
    this.#show({ busy: true, problem: null });
    try {
      await act();
    } catch (error) {
      console.warn(error);
      this.#show({ problem: problemOf(error) });
    }
    await this.load();
    this.#show({ busy: false });
  }

  #show(change: Partial<Devices>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}

function problemOf(error: unknown): DeviceProblem {
  if (!(error instanceof GatewayError)) return "failed";
  if (error.code === "pairing_codes_full") return "full";
  return error.code === "unknown_tablet" ? "unknown" : "failed";
}

/** The tablet of this number. */
export function deviceOf(devices: Devices, tablet: TabletId): TabletDevice | null {
  const all = (devices.sites ?? []).flatMap(({ tablets }) => tablets);
  return all.find((one) => one.tablet === tablet) ?? null;
}

/** The site of the tablet of this number. */
export function siteOf(devices: Devices, tablet: TabletId): SiteDevices | null {
  const holds = ({ tablets }: SiteDevices) => tablets.some((one) => one.tablet === tablet);
  return (devices.sites ?? []).find(holds) ?? null;
}

/** Whether something is let in as this tablet, and can be removed. */
export function isLetIn({ state }: TabletDevice): boolean {
  return state === "paired" || state === "unbound" || state === "moved";
}

/** Whether a code has been used: the tablet was paired after it was made. */
export function isUsed(devices: Devices, code: Code): boolean {
  const device = deviceOf(devices, code.tablet);
  return device?.state === "paired" && device.since !== code.before;
}

/** The tablets whose newest test of themselves found something, of those that are let in. */
export function faulty(devices: Devices): readonly TabletDevice[] {
  const all = (devices.sites ?? []).flatMap(({ tablets }) => tablets);
  return all.filter((one) => isLetIn(one) && (one.self_test?.faults.length ?? 0) > 0);
}

/** The tablets somebody has to look after: copied, or moved and not paired since. */
export function needCare(devices: Devices): readonly TabletDevice[] {
  const all = (devices.sites ?? []).flatMap(({ tablets }) => tablets);
  return all.filter(({ state }) => state === "copied" || state === "moved");
}
