/** What a test finds wrong: the same words here, in the texts and at the gateway. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Diagnosis, StepName, StepState } from "../media/diagnose";
import { deviceFault, FAULTS, faultText, networkFault } from "./faults";

const at = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

test.each(["fr", "en"])("every fault has its words in %s", (locale) => {
  const texts = at(`locales/${locale}/self-test.ftl`);
  for (const fault of FAULTS) expect(texts).toContain(`\n${faultText(fault)} = `);
  for (const way of ["udp", "tcp", "relay"]) expect(texts).toContain(`\nself-test-way-${way} = `);
  for (const state of ["none", "running", "ok"]) expect(texts).toContain(`\nself-test-${state} = `);
});

test("the gateway knows the same faults", () => {
  const [, list = ""] =
    /FAULTS: &\[&str\] = &\[([^\]]+)\]/.exec(at("../src/http/self_test.rs")) ?? [];
  expect([...list.matchAll(/"([a-z_]+)"/g)].map(([, fault]) => fault)).toEqual([...FAULTS]);
});

test("a device's problem is its fault", () => {
  expect(deviceFault("camera", "no_devices")).toBe("camera_missing");
  expect(deviceFault("microphone", "in_use")).toBe("microphone_in_use");
  expect(deviceFault("camera", "insecure")).toBe("devices_insecure");
});

test("the step of a network that is blocked is told", () => {
  const diagnosis = (states: Partial<Record<StepName, StepState>>): Diagnosis => ({
    verdict: "blocked",
    way: null,
    steps: Object.entries({ signalling: "ok", ...states } as Record<StepName, StepState>).map(
      ([name, state]) => ({ name: name as StepName, state, at: null, code: null }),
    ),
  });
  expect(networkFault(diagnosis({ udp: "blocked", tcp: "blocked" }))).toBe("network_blocked");
  expect(networkFault(diagnosis({ udp: "blocked", relay: "refused" }))).toBe("network_refused");
  expect(networkFault(diagnosis({ udp: "blocked", relay: "beyond" }))).toBe("network_beyond");
  expect(networkFault(diagnosis({ udp: "ok", encryption: "blocked" }))).toBe("network_encryption");
  expect(networkFault(diagnosis({ signalling: "blocked" }))).toBe("network_unanswered");
});
