/**
 * Who uses this page: the session of this role, an invitation or a pairing code in the address, the
 * demo's one-click identities. Keeps asking while the gateway does not answer.
 */
import { backoff } from "./backoff";
import { Cell, type ReadableCell } from "./cell";
import {
  type DemoIdentity,
  demoSignIn,
  GatewayError,
  pair,
  redeemInvite,
  type SessionInfo,
  session,
  signOut,
} from "./gateway";
import type { Role } from "./protocol";

/** Why signing in did not work, in terms of what to do. */
export type SignInProblem =
  | "unreachable"
  | "invite_refused"
  | "pairing_code_unreadable"
  | "pairing_code_gone"
  | "pairing_too_many"
  | "too_many_requests"
  | "failed";

/** What the sign-in panel shows. */
export interface SignInState {
  readonly kind: "checking" | "signed_in" | "signed_out";
  readonly info: SessionInfo | null;
  readonly busy: boolean;
  readonly problem: SignInProblem | null;
}

/** Takes the code out of `#invite=CODE` or `#pair=CODE`, if there is one, with what uses it up. */
export function broughtBy(hash: string): (() => Promise<unknown>) | null {
  const brought = new URLSearchParams(hash.replace(/^#/, ""));
  const [invite, code] = [brought.get("invite"), brought.get("pair")];
  if (invite) return () => redeemInvite(invite);
  return code ? () => pair(code) : null;
}

/** Signing in and out of one role. */
export class SignIn {
  readonly #state = new Cell<SignInState>({
    kind: "checking",
    info: null,
    busy: false,
    problem: null,
  });
  readonly #role: Role;
  #attempt = 0;

  constructor(role: Role) {
    this.#role = role;
  }

  get state(): ReadableCell<SignInState> {
    return this.#state;
  }

  /** Uses up what the address brings along, then asks who is signed in. */
  async start(): Promise<void> {
    // An invitation pasted into the open page: begins anew, as that person.
    window.addEventListener("hashchange", () => {
      if (broughtBy(location.hash)) location.reload();
    });
    const use = broughtBy(location.hash);
    if (use) {
      // Out of the address first: a code must not stay in the history.
      history.replaceState(null, "", location.pathname);
      await this.#attemptTo(use);
    }
    await this.refresh();
  }

  /** Asks the gateway again; retries by itself while it does not answer. */
  async refresh(): Promise<void> {
    try {
      const info = await session(this.#role);
      this.#attempt = 0;
      const { problem } = this.#state.get();
      this.#show({
        kind: info.signed_in ? "signed_in" : "signed_out",
        info,
        problem: problem === "unreachable" ? null : problem,
      });
    } catch (error) {
      console.warn(error);
      this.#show({ problem: "unreachable" });
      setTimeout(() => void this.refresh(), backoff(this.#attempt++, Math.random()));
    }
  }

  /** Takes a demo identity. */
  async take(identity: DemoIdentity): Promise<void> {
    await this.#attemptTo(() => demoSignIn(identity.identity));
    await this.refresh();
  }

  /** Makes this browser the tablet that a typed code is for. */
  async pair(code: string): Promise<void> {
    await this.#attemptTo(() => pair(code));
    await this.refresh();
  }

  /** Signs out; the page then shows the sign-in panel, or goes on to the provider's. */
  async leave(): Promise<void> {
    await this.#attemptTo(async () => {
      const elsewhere = await signOut(this.#role);
      if (elsewhere) location.assign(elsewhere);
    });
    await this.refresh();
  }

  async #attemptTo(act: () => Promise<unknown>): Promise<void> {
    this.#show({ busy: true, problem: null });
    try {
      await act();
    } catch (error) {
      console.warn(error);
      this.#show({ problem: signInProblem(error) });
    } finally {
      this.#show({ busy: false });
    }
  }

  #show(change: Partial<SignInState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }
}

function signInProblem(error: unknown): SignInProblem {
  if (!(error instanceof GatewayError)) return "failed";
  switch (error.code) {
    case "unreachable":
    case "pairing_code_unreadable":
    case "pairing_code_gone":
    case "pairing_too_many":
    case "too_many_requests":
      return error.code;
  }
  return error.code.includes("invite") ? "invite_refused" : "failed";
}
