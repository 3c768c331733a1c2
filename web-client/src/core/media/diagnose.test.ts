/** What a page says of a network that lets no media through, case by case. */
import { describe, expect, it, test } from "vitest";
import {
  type Diagnosis,
  diagnose,
  type Findings,
  type Pair,
  readReport,
  remember,
  type StepName,
  type StepState,
} from "./diagnose";

const UDP = "192.0.2.1:4433";
const TCP = "192.0.2.1:443";
const RELAY = "turns:relay.example:443";

const NO_RELAY: Findings["relays"] = { known: [], tried: false, reached: false, errors: [] };
const KNOWN = { ...NO_RELAY, known: [RELAY] };

const FINDINGS: Findings = {
  elapsedMs: 8_000,
  signalling: true,
  answered: true,
  up: false,
  pairs: [],
  targets: { udp: UDP, tcp: TCP },
  relays: NO_RELAY,
};

const pair = (way: Pair["way"], answered = true, selected = answered): Pair => ({
  way,
  answered,
  selected,
});

/** The steps as words, those that are "unused" left out. */
const words = ({ steps }: Diagnosis) =>
  steps
    .filter(({ state }) => state !== "unused")
    .map(({ name, state }) => `${name} ${state}`)
    .join(", ");

describe("the diagnosis", () => {
  it.each<[string, Partial<Findings>, Diagnosis["verdict"], Diagnosis["way"], string]>([
    [
      "of a good network",
      { up: true, elapsedMs: 900, pairs: [pair("udp")] },
      "up",
      "udp",
      "signalling ok, udp ok, relay absent, encryption ok",
    ],
    [
      "where UDP is blocked and TCP carries",
      { up: true, pairs: [pair("udp", false), pair("tcp")] },
      "up",
      "tcp",
      "signalling ok, udp blocked, tcp ok, relay absent, encryption ok",
    ],
    [
      "where only a relay carries",
      { up: true, pairs: [pair("relay")], relays: { ...KNOWN, tried: true, reached: true } },
      "up",
      "relay",
      "signalling ok, udp blocked, tcp blocked, relay ok, encryption ok",
    ],
    [
      "after one second: nobody knows yet",
      { elapsedMs: 1_000, pairs: [pair("udp", false)] },
      "trying",
      null,
      "signalling ok, udp trying, tcp trying, relay absent",
    ],
    [
      "where only UDP is known to be blocked yet",
      { elapsedMs: 2_500, pairs: [pair("udp", false)] },
      "trying",
      null,
      "signalling ok, udp blocked, tcp trying, relay absent",
    ],
    [
      "where nothing but the pages goes through, without a relay",
      { pairs: [pair("udp", false), pair("tcp", false)] },
      "blocked",
      null,
      "signalling ok, udp blocked, tcp blocked, relay absent",
    ],
    [
      "where the gateway offers no TCP",
      { targets: { udp: UDP, tcp: null } },
      "blocked",
      null,
      "signalling ok, udp blocked, tcp absent, relay absent",
    ],
    [
      "with a relay that is still to be tried",
      { relays: KNOWN },
      "trying",
      null,
      "signalling ok, udp blocked, tcp blocked",
    ],
    [
      "with a relay that nobody reaches",
      {
        relays: { ...KNOWN, tried: true, errors: [{ url: RELAY, code: 701 }] },
      },
      "blocked",
      null,
      "signalling ok, udp blocked, tcp blocked, relay blocked",
    ],
    [
      "with a relay that refuses the credentials",
      {
        relays: { ...KNOWN, tried: true, errors: [{ url: RELAY, code: 401 }] },
      },
      "blocked",
      null,
      "signalling ok, udp blocked, tcp blocked, relay refused",
    ],
    [
      "with a relay that does not reach the gateway",
      { relays: { ...KNOWN, tried: true, reached: true }, pairs: [pair("relay", false)] },
      "blocked",
      null,
      "signalling ok, udp blocked, tcp blocked, relay beyond",
    ],
    [
      "where packets go and the handshake never ends",
      { pairs: [pair("udp")] },
      "blocked",
      null,
      "signalling ok, udp ok, tcp blocked, relay absent, encryption blocked",
    ],
    [
      "where the gateway's messages do not come",
      { signalling: false, answered: false },
      "blocked",
      null,
      "signalling blocked, relay absent",
    ],
  ])("%s", (_, findings, verdict, way, steps) => {
    const diagnosis = diagnose({ ...FINDINGS, ...findings });
    expect({ verdict: diagnosis.verdict, way: diagnosis.way }).toEqual({ verdict, way });
    expect(words(diagnosis)).toBe(steps);
  });

  it("names what to open", () => {
    const { steps } = diagnose({ ...FINDINGS, relays: KNOWN });
    const at = (name: StepName) => steps.find((step) => step.name === name)?.at;
    expect([at("udp"), at("tcp"), at("relay")]).toEqual([UDP, TCP, RELAY]);
  });
});

describe("a further attempt", () => {
  const state = (diagnosis: Diagnosis, name: StepName): StepState | undefined =>
    diagnosis.steps.find((step) => step.name === name)?.state;
  const first = diagnose({ ...FINDINGS, relays: KNOWN });
  const climbing = { ...FINDINGS, elapsedMs: 500, relays: { ...KNOWN, tried: true } };

  it("forgets nothing that was found out before", () => {
    const again = remember(first, diagnose(climbing));
    expect(state(again, "udp")).toBe("blocked");
    expect(state(again, "relay")).toBe("trying");
    expect(again.verdict).toBe("trying");
    const late = remember(again, diagnose({ ...climbing, elapsedMs: 7_000 }));
    expect(late.verdict).toBe("blocked");
    // And stays so while yet another one begins.
    expect(remember(late, diagnose(climbing)).verdict).toBe("blocked");
  });

  it("takes back what turns out to be open after all", () => {
    const open = remember(first, diagnose({ ...climbing, pairs: [pair("udp", true, false)] }));
    expect(state(open, "udp")).toBe("ok");
    expect(open.verdict).toBe("trying");
    const up = remember(first, diagnose({ ...climbing, up: true, pairs: [pair("relay")] }));
    expect(up).toMatchObject({ verdict: "up", way: "relay" });
  });

  it("does not take back a handshake that never ended", () => {
    const handshake = diagnose({ ...FINDINGS, pairs: [pair("udp")] });
    const again = remember(handshake, diagnose({ ...FINDINGS, elapsedMs: 500 }));
    expect(again.verdict).toBe("blocked");
  });
});

test("Chromium's report is read: attempts, addresses, the pair in use, a relay's address", () => {
  const entries = [
    { id: "u", type: "candidate-pair", localCandidateId: "lu", remoteCandidateId: "ru" },
    { id: "t", type: "candidate-pair", localCandidateId: "lt", remoteCandidateId: "rt" },
    { id: "r", type: "candidate-pair", localCandidateId: "lr", remoteCandidateId: "ru" },
    { id: "lu", type: "local-candidate", candidateType: "host", protocol: "udp" },
    { id: "lt", type: "local-candidate", candidateType: "host", protocol: "tcp" },
    { id: "lr", type: "local-candidate", candidateType: "relay", protocol: "udp" },
    { id: "ru", type: "remote-candidate", protocol: "udp", address: "192.0.2.1", port: 4433 },
    { id: "rt", type: "remote-candidate", protocol: "tcp", address: "192.0.2.1", port: 443 },
    { id: "T", type: "transport", selectedCandidatePairId: "t" },
  ].map((entry) => ({ state: "in-progress", requestsSent: 9, responsesReceived: 0, ...entry }));
  const report = new Map<string, Record<string, unknown>>(
    entries.map((entry) => [entry.id, entry.id === "t" ? { ...entry, state: "succeeded" } : entry]),
  );
  expect(readReport(report)).toEqual({
    pairs: [pair("udp", false), pair("tcp"), pair("relay", false)],
    targets: { udp: UDP, tcp: TCP },
    reached: true,
  });
});
