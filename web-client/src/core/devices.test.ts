/** The coordinator's hand on tablets, against a made-up gateway. */
import { expect, test, vi } from "vitest";
import {
  DeviceDesk,
  type DeviceGateway,
  type DeviceState,
  isUsed,
  needCare,
  type TabletDevice,
} from "./devices";
import { GatewayError } from "./gateway";

const CODE = { code: "CDFH-JKMN", path: "/tablet#pair=00ff", until: 600_000 };

function device(tablet: number, state: DeviceState, since: number | null = null): TabletDevice {
  return {
    tablet,
    state,
    since,
    paired_by: null,
    seen_on: null,
    connected: false,
    code_until: null,
    self_test: null,
  };
}

function house(...tablets: TabletDevice[]) {
  const gateway = {
    list: vi.fn(async () => [{ site: 1, name: "Mairie", tablets }]),
    code: vi.fn(async () => CODE),
    remove: vi.fn(async () => undefined),
  } satisfies DeviceGateway;
  return { gateway, desk: new DeviceDesk("https://a.fr", gateway) };
}

test("a code is shown with its link until it is closed, and is used once the tablet is paired", async () => {
  const tablets = [device(1, "paired", 1_000)];
  const { desk, gateway } = house();
  gateway.list.mockImplementation(async () => [{ site: 1, name: "Mairie", tablets }]);
  await desk.load();
  await desk.makeCode(1);
  const { code } = desk.state.get();
  expect(code).toEqual({
    tablet: 1,
    code: "CDFH-JKMN",
    url: "https://a.fr/tablet#pair=00ff",
    until: 600_000,
    before: 1_000,
  });
  if (!code) throw new Error("no code");
  // The device that it replaces is paired, too.
  expect(isUsed(desk.state.get(), code)).toBe(false);
  tablets[0] = device(1, "paired", 2_000);
  await desk.load();
  expect(isUsed(desk.state.get(), code)).toBe(true);
  desk.closeCode();
  expect(desk.state.get().code).toBeNull();
});

test("a refusal is said, and the list stays", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
  const { desk, gateway } = house(device(1, "paired"));
  await desk.load();
  gateway.code.mockRejectedValueOnce(new GatewayError("pairing_codes_full", ""));
  await desk.makeCode(1);
  expect(desk.state.get()).toMatchObject({ code: null, busy: false, problem: "full" });
  gateway.remove.mockRejectedValueOnce(new GatewayError("unreachable", ""));
  gateway.list.mockRejectedValueOnce(new GatewayError("unreachable", ""));
  await desk.remove(1);
  expect(desk.state.get()).toMatchObject({ busy: false, problem: "failed" });
  expect(desk.state.get().sites).toHaveLength(1);
});

test("a second press while one is carried out asks nothing", async () => {
  const { desk, gateway } = house(device(1, "paired"));
  await Promise.all([desk.remove(1), desk.remove(1)]);
  expect(gateway.remove).toHaveBeenCalledTimes(1);
});

test("copied and moved tablets need somebody's care", async () => {
  const { desk } = house(device(1, "paired"), device(2, "copied"), device(3, "moved"));
  await desk.load();
  expect(needCare(desk.state.get()).map(({ tablet }) => tablet)).toEqual([2, 3]);
});
