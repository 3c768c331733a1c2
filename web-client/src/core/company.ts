/**
 * Who else may be in a conversation, as far as this side has a say: the visitor's answer to a
 * coordinator, the link for a third party, and sending either away.
 */
import { backoff } from "./backoff";
import { Cell, type ReadableCell } from "./cell";
import type { Connection } from "./connection";
import { onReturn } from "./negotiate";
import type { CallId, GuestState, Request, Role, Timestamp } from "./protocol";
import { type Answer, RequestError, type RequestProblem } from "./requests";

/** A link that was made here. */
export interface GuestLink {
  readonly call: CallId;
  readonly url: string;
  readonly until: Timestamp;
}

/** A request that was not carried out. */
export interface Refused {
  readonly request: Request["type"];
  readonly problem: RequestProblem;
}

/** How it stands. */
export interface CompanyState {
  /** The requests under way, one of a type at most; their buttons wait. */
  readonly pending: readonly Request["type"][];
  /** The newest one, until another is carried out or it was read. */
  readonly refused: Refused | null;
  /** The newest link; a new one makes those before it useless. */
  readonly link: GuestLink | null;
}

/**
 * A "no" that the gateway does not answer is said this often on one connection. With ten seconds for
 * each answer that is a quarter of an hour, in which a connection that is lost is seen to be lost.
 */
const NOES_MAX = 60;

const START: CompanyState = { pending: [], refused: null, link: null };

/** See the module. */
export class CompanyDesk<R extends Role> {
  readonly #connection: Pick<Connection<R>, "request" | "state">;
  readonly #origin: string;
  readonly #state = new Cell<CompanyState>(START);
  /** The call in which nobody may look on, until the gateway has heard so. */
  #withdrawn: CallId | null = null;
  /** How often that was said in vain, and when it is said again. */
  #noes = 0;
  #again: ReturnType<typeof setTimeout> | null = null;

  /** `origin` is the gateway's own address, before the path of a link. */
  constructor(connection: Pick<Connection<R>, "request" | "state">, origin: string) {
    this.#connection = connection;
    this.#origin = origin;
    onReturn(connection, () => {
      this.#noes = 0;
      void this.#withdraw();
    });
  }

  /** How it stands. */
  get state(): ReadableCell<CompanyState> {
    return this.#state;
  }

  /** Lets a coordinator look on, or does not, or no longer does. A "no" outlives an outage. */
  async consent(call: CallId, agree: boolean): Promise<void> {
    this.#withdrawn = agree ? null : call;
    this.#noes = 0;
    if (agree) await this.#ask({ type: "consent", call, agree });
    await this.#withdraw();
  }

  /**
   * Says "no" as often as it takes: after a "yes" on its way, after a lost connection, and while
   * nobody answers. A repeat finds nobody who looks on any more, which is all that was wanted.
   */
  async #withdraw(): Promise<void> {
    const call = this.#withdrawn;
    if (call === null || this.#isPending("consent")) return;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
    const answer = await this.#ask({ type: "consent", call, agree: false });
    if (this.#withdrawn !== call) return;
    if (!isUnheard(answer)) {
      this.#withdrawn = null;
      if (this.#noes > 0 && answer === "wrong_state") this.clear();
      return;
    }
    this.#noes += 1;
    // Without a connection, it is said when there is one.
    if (answer === "not_connected" || this.#noes >= NOES_MAX) return;
    this.#again = setTimeout(() => void this.#withdraw(), backoff(this.#noes, Math.random()));
  }

  /**
   * A link for a third party. `instead` of one that was given: the invitation is taken back first, so
   * that every page sees that the link before is no longer good.
   */
  async invite(call: CallId, instead = false): Promise<void> {
    if (instead && !(await this.remove(call))) return;
    const answer = await this.#ask({ type: "invite_guest", call });
    if (answer === null || typeof answer === "string" || answer.type !== "guest_link") return;
    const link = { call: answer.call, url: this.#origin + answer.path, until: answer.until };
    this.#show({ link });
  }

  /** The third party goes, or is no longer invited; false when that was not carried out. */
  async remove(call: CallId): Promise<boolean> {
    const answer = await this.#ask({ type: "remove_guest", call });
    const removed = answer !== null && typeof answer !== "string";
    if (removed) this.#show({ link: null });
    return removed;
  }

  /** Forgets a refusal that was read. */
  clear(): void {
    this.#show({ refused: null });
  }

  #show(change: Partial<CompanyState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }

  #isPending(type: Request["type"]): boolean {
    return this.#state.get().pending.includes(type);
  }

  /** The answer, or why there is none; null for a second press meanwhile, which asks nothing. */
  async #ask(request: Request): Promise<Answer | RequestProblem | null> {
    const { type } = request;
    if (this.#isPending(type)) return null;
    this.#show({ pending: [...this.#state.get().pending, type] });
    const over = () => this.#state.get().pending.filter((one) => one !== type);
    try {
      const answer = await this.#connection.request(request);
      this.#show({ pending: over(), refused: null });
      return answer;
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#show({ pending: over(), refused: { request: type, problem } });
      return problem;
    }
  }
}

/** Nobody has taken in what was asked, or nobody says so. */
function isUnheard(answer: Answer | RequestProblem | null): boolean {
  switch (answer) {
    case "not_connected":
    case "no_answer":
    case "too_fast":
    case "unavailable":
      return true;
    default:
      return false;
  }
}

/** The link that may still be used: of this call and this invitation, not used yet, not over. */
export function usable(
  { link }: CompanyState,
  call: CallId,
  guest: GuestState | null,
): GuestLink | null {
  if (link?.call !== call || guest?.state !== "invited") return null;
  return link.until === guest.until ? link : null;
}
