/**
 * What an administrator sees and does: people, the state of the gateway, the audit journal. Over
 * HTTP, because none of it concerns a call.
 */
import { Cell, type ReadableCell } from "./cell";
import { ask, GatewayError, post } from "./gateway";
import type { Directory, Identity, InterpreterId, Language, Timestamp } from "./protocol";

/** An account. */
export interface Person {
  readonly login: string;
  /** As the provider says, where one answers for them. */
  readonly name: string | null;
  readonly identity: Identity;
  readonly has_password: boolean;
  readonly has_provider: boolean;
  readonly second_factor: boolean;
  /** Until when a link that has not been used can be. */
  readonly link_until: Timestamp | null;
  /** The beginning of the day (UTC) on which somebody last signed in. */
  readonly last_sign_in: Timestamp | null;
  readonly sessions: number;
  /** The account of who looks at the page. */
  readonly own: boolean;
}

/** An interpreter of the configuration, with or without an account. */
export interface KnownInterpreter {
  readonly interpreter: InterpreterId;
  readonly name: string;
  readonly languages: readonly Language[];
}

/** Everybody. */
export interface People {
  readonly accounts: readonly Person[];
  readonly interpreters: readonly KnownInterpreter[];
  /** Those of the service, with their names. */
  readonly languages: Directory["languages"];
}

/** How the gateway stands. */
export interface GatewayState {
  readonly service: string;
  readonly time_zone: string;
  readonly version: string;
  readonly not_ready: string | null;
  readonly tls: string;
  readonly certificate_until: Timestamp | null;
  readonly certificate_amiss: string | null;
  readonly mail: "sent" | "failing" | null;
  readonly connections: number;
}

/** An entry of the audit journal: an act is its name, or its name with what is known of it. */
export interface AuditEntry {
  readonly n: number;
  readonly at: Timestamp;
  readonly act: string | Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a check of the audit journal came to. */
export type Verified =
  | { readonly result: "whole"; readonly entries: number; readonly head: string }
  | { readonly result: "changed"; readonly message: string };

/** A link to hand over, as long as it is on the screen. */
export interface HandedLink {
  readonly login: string;
  readonly url: string;
}

const PROBLEMS = [
  "unreachable",
  "too_many_requests",
  "no_login",
  "no_person",
  "login_taken",
  "has_account",
  "own_account",
  "unknown_account",
  "unknown_identity",
] as const;

/** Why something was not done; each has a text `people-problem-…`. */
export type PeopleProblem = (typeof PROBLEMS)[number] | "failed";

/** What the page shows. */
export interface Administration {
  /** Null until they have arrived. */
  readonly people: People | null;
  readonly state: GatewayState | null;
  readonly audit: readonly AuditEntry[] | null;
  readonly verified: Verified | null;
  readonly link: HandedLink | null;
  readonly busy: boolean;
  readonly problem: PeopleProblem | null;
}

/** The requests that change an account, by the ends of their addresses. */
export type Deed = "reset" | "remove-second-factor" | "end-sessions" | "remove";

const read = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;

/** See the module. */
export class AdministrationDesk {
  readonly #state = new Cell<Administration>({
    people: null,
    state: null,
    audit: null,
    verified: null,
    link: null,
    busy: false,
    problem: null,
  });
  readonly #origin: string;
  readonly #signedOut: () => void;

  /** `signedOut`: the session has ended, and the page has to ask who is signed in. */
  constructor(origin: string, signedOut: () => void) {
    this.#origin = origin;
    this.#signedOut = signedOut;
  }

  get state(): ReadableCell<Administration> {
    return this.#state;
  }

  /** Asks for people and state; while nobody answers, the last ones stay. */
  async load(): Promise<void> {
    try {
      const [people, state] = await Promise.all([
        read<People>(ask("/api/people")),
        read<GatewayState>(ask("/api/state")),
      ]);
      this.#show({ people, state });
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Makes an account; its link is shown then. */
  add(login: string, identity: Identity): Promise<boolean> {
    return this.#act(() => this.#handOver(login, "add", { login, identity }));
  }

  /** Gives an account another login, another person or role. */
  change(login: string, change: { new_login?: string; identity?: Identity }): Promise<boolean> {
    return this.#act(() => post("/api/people/change", { login, ...change }));
  }

  /** Does one of the things that need nothing but a login. */
  do(login: string, deed: Deed): Promise<boolean> {
    return this.#act(() =>
      deed === "reset"
        ? this.#handOver(login, deed, { login })
        : post(`/api/people/${deed}`, { login }),
    );
  }

  /** A link is shown once. */
  closeLink(): void {
    this.#show({ link: null, problem: null });
  }

  /** Asks for the newest entries of the audit journal, which is an entry itself. */
  async loadAudit(): Promise<void> {
    await this.#act(async () => {
      const { entries } = await read<{ entries: AuditEntry[] }>(ask("/api/audit"));
      this.#show({ audit: entries });
    });
  }

  /** Has the audit journal checked. */
  async verify(): Promise<void> {
    this.#show({ verified: null });
    await this.#act(async () => {
      this.#show({ verified: await read<Verified>(post("/api/audit/verify", {})) });
    });
  }

  async #handOver(login: string, what: "add" | "reset", body: unknown): Promise<void> {
    const { path } = await read<{ path: string }>(post(`/api/people/${what}`, body));
    this.#show({ link: { login, url: this.#origin + path } });
  }

  /** Whether it was done. */
  async #act(act: () => Promise<unknown>): Promise<boolean> {
    if (this.#state.get().busy) return false;
    this.#show({ busy: true, problem: null });
    try {
      await act();
      await this.load();
      return true;
    } catch (error) {
      this.#tell(error);
      return false;
    } finally {
      this.#show({ busy: false });
    }
  }

  #tell(error: unknown): void {
    console.warn(error);
    const code = error instanceof GatewayError ? error.code : "";
    if (code === "signed_out" || code === "second_factor_missing") this.#signedOut();
    this.#show({ problem: PROBLEMS.find((problem) => problem === code) ?? "failed" });
  }

  #show(change: Partial<Administration>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}

/** The name of what was done. */
export function actKind({ act }: AuditEntry): string {
  return typeof act === "string" ? act : (Object.keys(act)[0] ?? "");
}

/**
 * What is known of it, as pairs in the order of the journal; nested ones on one line. `role`: what a role
 * is called.
 */
export function actDetails(
  { act }: AuditEntry,
  role: (of: Identity["role"]) => string,
): readonly (readonly [string, string])[] {
  const plain = (value: unknown, name = ""): string => {
    if (Array.isArray(value)) return value.map((each) => plain(each)).join(", ");
    if (typeof value === "object" && value !== null)
      return Object.entries(value)
        .map(([inner, each]) => plain(each, inner))
        .join(" ");
    return name === "role" ? role(value as Identity["role"]) : String(value);
  };
  if (typeof act === "string") return [];
  const fields = Object.entries(Object.values(act)[0] ?? {});
  return fields.map(([name, value]) => [name, plain(value)]);
}

/** The kinds there are among these, in the order of the alphabet. */
export function kindsIn(entries: readonly AuditEntry[]): readonly string[] {
  return [...new Set(entries.map(actKind))].sort();
}
