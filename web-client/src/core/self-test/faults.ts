/**
 * What a tablet's test of itself can find wrong, step by step: each has a text that says what to do
 * (`locales/…/self-test.ftl`), and the gateway takes no other (`src/http/self_test.rs`). Pure.
 */
import type { DeviceProblem } from "../media/devices";
import type { Diagnosis, Way } from "../media/diagnose";

/** All of them. */
export const FAULTS = [
  "devices_insecure",
  "camera_unasked",
  "camera_denied",
  "camera_missing",
  "camera_in_use",
  "camera_failed",
  "camera_silent",
  "camera_black",
  "microphone_unasked",
  "microphone_denied",
  "microphone_missing",
  "microphone_in_use",
  "microphone_failed",
  "microphone_silent",
  "network_unanswered",
  "network_blocked",
  "network_refused",
  "network_beyond",
  "network_encryption",
  "picture_none",
  "picture_still",
  "picture_slow",
] as const;

/** One. */
export type Fault = (typeof FAULTS)[number];

/** How a test went. */
export interface Found {
  /** Empty when all is well. */
  readonly faults: readonly Fault[];
  readonly way: Way | null;
  /** Until the connection was up. */
  readonly opened_ms: number | null;
  /** Of the test picture that came back. */
  readonly frames_in_10: number | null;
  /** There and back, in milliseconds. */
  readonly delay_ms: number | null;
}

/** The text that says what to do. */
export function faultText(fault: Fault): string {
  return `self-test-fault-${fault.replaceAll("_", "-")}`;
}

/** A device that could not be opened. */
export function deviceFault(device: "camera" | "microphone", problem: DeviceProblem): Fault {
  switch (problem) {
    case "insecure":
      return "devices_insecure";
    case "denied":
      return `${device}_denied`;
    case "no_camera":
    case "no_microphone":
    case "no_devices":
      return `${device}_missing`;
    case "in_use":
      return `${device}_in_use`;
    default:
      return `${device}_failed`;
  }
}

/** Why no media way has opened. */
export function networkFault({ steps }: Diagnosis): Fault {
  const stateOf = (name: string) => steps.find((step) => step.name === name)?.state;
  if (stateOf("signalling") !== "ok") return "network_unanswered";
  if (stateOf("relay") === "refused") return "network_refused";
  if (stateOf("relay") === "beyond") return "network_beyond";
  const isReached = ["udp", "tcp", "relay"].some((way) => stateOf(way) === "ok");
  return isReached ? "network_encryption" : "network_blocked";
}
