/**
 * Why no media way opens, step by step, so that whoever runs the network knows what to open; and by
 * which way media goes once one has opened. Pure: what a browser counts in, a diagnosis out.
 *
 *   signalling ─▶ one of: UDP to the media port · TCP to the pages' port · a relay ─▶ encryption (DTLS)
 */

/** A way for media, the quickest first. */
export type Way = "udp" | "tcp" | "relay";

/** What has to work, in its order. */
export type StepName = "signalling" | Way | "encryption";

/** How a step stands. */
export type StepState =
  | "ok"
  | "trying"
  /** Nothing comes back. */
  | "blocked"
  /** The relay takes no credentials that the gateway gives out. */
  | "refused"
  /** The relay is reached, and does not reach the gateway. */
  | "beyond"
  /** Not needed, or not come to. */
  | "unused"
  /** The gateway offers none. */
  | "absent";

/** One step. */
export interface Step {
  readonly name: StepName;
  readonly state: StepState;
  /** Where to: an address and port, or a relay's. */
  readonly at: string | null;
  /** The relay's own number for what is wrong. */
  readonly code: number | null;
}

/** The whole. */
export interface Diagnosis {
  /** Blocked: each way that there is has been tried in vain. */
  readonly verdict: "up" | "trying" | "blocked";
  /** The way media takes now. */
  readonly way: Way | null;
  readonly steps: readonly Step[];
}

/** An attempt to reach an address of the gateway. */
export interface Pair {
  readonly way: Way;
  /** Something came back. */
  readonly answered: boolean;
  readonly selected: boolean;
}

/** What the browser says of a relay (`icecandidateerror`). */
export interface RelayError {
  readonly url: string;
  readonly code: number;
}

/** What is known of one connection. */
export interface Findings {
  /** Since the connection began. */
  readonly elapsedMs: number;
  /** The page's connection for messages works. */
  readonly signalling: boolean;
  /** The gateway has answered the offer. */
  readonly answered: boolean;
  readonly up: boolean;
  readonly pairs: readonly Pair[];
  /** Addresses the gateway has named, such as `192.0.2.1:4433`. */
  readonly targets: { readonly udp: string | null; readonly tcp: string | null };
  readonly relays: {
    /** Addresses of relays that the gateway names. */
    readonly known: readonly string[];
    /** This connection may use them. */
    readonly tried: boolean;
    /** One of them has given an address. */
    readonly reached: boolean;
    readonly errors: readonly RelayError[];
  };
}

/** Without an answer for this long, a step is called blocked: three checks, the retry of a SYN. */
const PATIENCE_MS: Record<StepName, number> = {
  signalling: 5_000,
  udp: 2_000,
  tcp: 3_500,
  relay: 6_000,
  encryption: 4_000,
};

/** Codes by which a relay turns away who asks (RFC 8656: 400s but 701, which is the browser's own). */
const REFUSALS = new Set([400, 401, 403, 437, 438, 441, 486]);

/** The diagnosis of a connection. */
export function diagnose(findings: Findings): Diagnosis {
  const steps = [
    signallingStep(findings),
    direct("udp", findings),
    direct("tcp", findings),
    relay(findings),
    encryption(findings),
  ];
  const way = findings.pairs.find(({ selected }) => selected)?.way ?? null;
  if (findings.up) return { verdict: "up", way, steps };
  return { verdict: isBlocked(steps) ? "blocked" : "trying", way: null, steps };
}

/**
 * What was found out in the attempt before counts until the next one says otherwise; a way that is
 * up says nothing of the others, which it may have made needless.
 */
export function remember(before: Diagnosis | null, next: Diagnosis): Diagnosis {
  if (!before || next.verdict === "up") return next;
  const steps = next.steps.map((step) => {
    const known = before.steps.find(({ name }) => name === step.name);
    return known && isOpen(step) && !isOpen(known) && known.state !== "ok" ? known : step;
  });
  return { ...next, steps, verdict: isBlocked(steps) ? "blocked" : "trying" };
}

/** One of the steps that everything needs does not work, or none of the ways does. */
function isBlocked(steps: readonly Step[]): boolean {
  const isWay = ({ name }: Step) => name === "udp" || name === "tcp" || name === "relay";
  const isOut = (one: Step) => one.state !== "ok" && !isOpen(one);
  return steps.filter(isWay).every(isOut) || steps.some((one) => !isWay(one) && isOut(one));
}

function isOpen({ state }: Step): boolean {
  return state === "trying" || state === "unused";
}

function step(name: StepName, state: StepState, at: string | null = null): Step {
  return { name, state, at, code: null };
}

function signallingStep({ signalling, answered, elapsedMs }: Findings): Step {
  if (signalling && answered) return step("signalling", "ok");
  const late = elapsedMs >= PATIENCE_MS.signalling;
  return step("signalling", late ? "blocked" : "trying");
}

function direct(name: "udp" | "tcp", findings: Findings): Step {
  const { pairs, targets, up, answered, elapsedMs } = findings;
  const at = targets[name];
  if (!answered) return step(name, "unused");
  if (at === null) return step(name, "absent");
  if (pairs.some(({ way, answered: replied }) => way === name && replied)) {
    return step(name, "ok", at);
  }
  if (elapsedMs >= PATIENCE_MS[name]) return step(name, "blocked", at);
  return step(name, up ? "unused" : "trying", at);
}

function relay({ relays, pairs, up, elapsedMs }: Findings): Step {
  const [first] = relays.known;
  if (first === undefined) return step("relay", "absent");
  if (!relays.tried) return step("relay", "unused", first);
  if (pairs.some(({ way, answered }) => way === "relay" && answered)) {
    return step("relay", "ok", first);
  }
  const refusal = relays.errors.find(({ code }) => REFUSALS.has(code));
  if (!relays.reached && refusal) {
    return { name: "relay", state: "refused", at: refusal.url || first, code: refusal.code };
  }
  if (elapsedMs < PATIENCE_MS.relay) return step("relay", up ? "unused" : "trying", first);
  return step("relay", relays.reached ? "beyond" : "blocked", first);
}

function encryption({ pairs, up, elapsedMs }: Findings): Step {
  if (up) return step("encryption", "ok");
  const reached = pairs.some(({ selected, answered }) => selected && answered);
  if (!reached) return step("encryption", "unused");
  return step("encryption", elapsedMs >= PATIENCE_MS.encryption ? "blocked" : "trying");
}

/** Entries of the browser's report, as far as they are of use here. */
type Entry = Record<string, unknown>;

/** The attempts and addresses in a browser's report (`RTCPeerConnection.getStats`). */
export function readReport(
  report: ReadonlyMap<string, Entry>,
): Pick<Findings, "pairs" | "targets"> & { readonly reached: boolean } {
  const entries = [...report.values()];
  const selected = new Set(
    entries.flatMap(({ type, selectedCandidatePairId: id }) => (type === "transport" ? [id] : [])),
  );
  const pairs: Pair[] = [];
  for (const pair of entries.filter(({ type }) => type === "candidate-pair")) {
    const local = report.get(String(pair["localCandidateId"]));
    const remote = report.get(String(pair["remoteCandidateId"]));
    if (!local || !remote) continue;
    const answered = pair["state"] === "succeeded" || Number(pair["responsesReceived"] ?? 0) > 0;
    // Firefox marks the pair itself.
    const isSelected = selected.has(pair["id"]) || pair["selected"] === true;
    pairs.push({ way: wayOf(local, remote), answered, selected: isSelected });
  }
  const remotes = entries.filter(({ type }) => type === "remote-candidate");
  const target = (protocol: string) => {
    const found = remotes.find((remote) => remote["protocol"] === protocol);
    if (!found) return null;
    const address = String(found["address"] ?? found["ip"]);
    return `${address.includes(":") ? `[${address}]` : address}:${found["port"]}`;
  };
  const reached = entries.some(
    ({ type, candidateType }) => type === "local-candidate" && candidateType === "relay",
  );
  return { pairs, targets: { udp: target("udp"), tcp: target("tcp") }, reached };
}

function wayOf(local: Entry, remote: Entry): Way {
  if (local["candidateType"] === "relay") return "relay";
  return remote["protocol"] === "tcp" ? "tcp" : "udp";
}
