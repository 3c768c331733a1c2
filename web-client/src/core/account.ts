/**
 * People with a login and a password: signing in, choosing a password by a link, one's own sessions,
 * a telephone's codes. The gateway's answers, and why it refuses.
 */
import { ask, GatewayError, post } from "./gateway";
import type { Identity, Role, Timestamp } from "./protocol";

/** What the gateway refuses with; each has a text `account-problem-…`. */
const PROBLEMS = [
  "unreachable",
  "too_many_requests",
  "sign_in_wrong",
  "code_needed",
  "code_wrong",
  "sign_in_slowed",
  "sign_in_busy",
  "account_not_here",
  "account_link_gone",
  "no_mail",
  "password_short",
  "password_long",
  "password_has_login",
  "password_common",
  "signed_out",
  "second_factor_required",
  "provider_only",
] as const;

/** Why something was not done, in terms of what to do. */
export type AccountProblem = (typeof PROBLEMS)[number] | "failed";

/** The problem of whatever a request threw. */
export function accountProblem(error: unknown): AccountProblem {
  console.warn(error);
  const code = error instanceof GatewayError ? error.code : "";
  return PROBLEMS.find((problem) => problem === code) ?? "failed";
}

/** The text id for a problem. */
export function accountText(problem: AccountProblem): string {
  return `account-problem-${problem.replaceAll("_", "-")}`;
}

/** One of one's open sessions. */
export interface OwnSession {
  readonly session: string;
  readonly since: Timestamp;
  readonly used: Timestamp;
  /** Such as `Firefox · Linux`; empty when it is none we know. */
  readonly browser: string;
  readonly address: string | null;
  readonly this: boolean;
  readonly connected: boolean;
}

/** One's account and sessions. */
export interface OwnAccount {
  /** Null for who came by an invitation. */
  readonly login: string | null;
  readonly second_factor: boolean;
  readonly second_factor_needed: boolean;
  readonly recovery_codes: number;
  readonly sessions: readonly OwnSession[];
}

/** What a telephone is given. */
export interface Enrolment {
  readonly secret: string;
  readonly uri: string;
}

/** What somebody typed to sign in. */
export interface Typed {
  readonly login: string;
  readonly password: string;
  readonly code?: string;
}

const read = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T;

/** Signs in; answers with whom. */
export async function signInBy(typed: Typed): Promise<Identity> {
  return (await read<{ identity: Identity }>(post("/api/account/sign-in", typed))).identity;
}

/** Whose account a link is of. */
export function linkOf(code: string): Promise<{ login: string; role: Role }> {
  return read(post("/api/account/link", { code }));
}

/** Has a link sent to whoever has this login, when it is an address; nobody is told whether. */
export async function askForLink(login: string): Promise<void> {
  await post("/api/account/forgotten", { login });
}

/** Whose password was chosen; not signed in where a code of a telephone is asked for as well. */
export interface Chosen {
  readonly identity: Identity;
  readonly signed_in: boolean;
}

/** Uses a link up: this password from now on. */
export function choosePassword(code: string, password: string): Promise<Chosen> {
  return read(post("/api/account/choose-password", { code, password }));
}

/** One's own account, asked of the gateway by one role's page. */
export class Account {
  readonly #role: Role;

  constructor(role: Role) {
    this.#role = role;
  }

  #post(what: string, body: unknown): Promise<Response> {
    return post(`/api/account/${what}?role=${this.#role}`, body);
  }

  look(): Promise<OwnAccount> {
    return read(ask(`/api/account?role=${this.#role}`));
  }

  async changePassword(present: string, next: string): Promise<void> {
    await this.#post("password", { present, new: next });
  }

  /** Ends one session, or without one all others. */
  async end(session?: string): Promise<void> {
    await this.#post("sessions/end", session === undefined ? {} : { session });
  }

  begin(password: string): Promise<Enrolment> {
    return read(this.#post("second-factor/begin", { password }));
  }

  /** Answers with the recovery codes, once. */
  async confirm(code: string): Promise<readonly string[]> {
    const confirmed = this.#post("second-factor/confirm", { code });
    return (await read<{ recovery_codes: string[] }>(confirmed)).recovery_codes;
  }

  async removeSecondFactor(password: string): Promise<void> {
    await this.#post("second-factor/remove", { password });
  }
}

/** The code in `#account=CODE`, if there is one. */
export function accountLinkIn(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("account");
}

/** Why somebody who came back from the provider is not signed in; each has a text `provider-…`. */
export const PROVIDER_PROBLEMS = [
  "oidc_away",
  "oidc_gone",
  "oidc_denied",
  "oidc_refused",
  "oidc_invalid",
  "oidc_no_role",
  "oidc_no_person",
  "oidc_taken",
  "oidc_off",
  "oidc_failed",
  "too_many_requests",
] as const;

/** One of them, by its stable id. */
export type ProviderProblem = (typeof PROVIDER_PROBLEMS)[number];

/** The problem in `#sign-in=ID`, if there is one; an id that is none of ours is a failure. */
export function providerProblemIn(hash: string): ProviderProblem | null {
  const told = new URLSearchParams(hash.replace(/^#/, "")).get("sign-in");
  if (told === null) return null;
  return PROVIDER_PROBLEMS.find((problem) => problem === told) ?? "oidc_failed";
}

/** The text id for such a problem. */
export function providerText(problem: ProviderProblem): string {
  return `provider-${problem.replace("oidc_", "").replaceAll("_", "-")}`;
}
