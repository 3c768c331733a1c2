/**
 * Who else may be in a conversation, as far as this side has a say: the visitor's answer to a
 * coordinator, the link for a third party, and sending either away.
 */
import { Cell, type ReadableCell } from "./cell";
import type { Connection } from "./connection";
import type { CallId, GuestState, Request, Role, Timestamp } from "./protocol";
import { RequestError, type RequestProblem } from "./requests";

/** A link that was made here. */
export interface GuestLink {
  readonly call: CallId;
  readonly url: string;
  readonly until: Timestamp;
}

/** How it stands. */
export interface CompanyState {
  /** The request under way; its button waits. */
  readonly pending: Request["type"] | null;
  readonly problem: RequestProblem | null;
  /** The newest link; a new one makes those before it useless. */
  readonly link: GuestLink | null;
}

const START: CompanyState = { pending: null, problem: null, link: null };

/** See the module. */
export class CompanyDesk<R extends Role> {
  readonly #connection: Pick<Connection<R>, "request">;
  readonly #origin: string;
  readonly #state = new Cell<CompanyState>(START);

  /** `origin` is the gateway's own address, before the path of a link. */
  constructor(connection: Pick<Connection<R>, "request">, origin: string) {
    this.#connection = connection;
    this.#origin = origin;
  }

  /** How it stands. */
  get state(): ReadableCell<CompanyState> {
    return this.#state;
  }

  /** Lets a coordinator look on, or does not, or no longer does. */
  async consent(call: CallId, agree: boolean): Promise<void> {
    await this.#ask({ type: "consent", call, agree });
  }

  /** A link for a third party; asked for again, the one before is no longer good. */
  async invite(call: CallId): Promise<void> {
    const answer = await this.#ask({ type: "invite_guest", call });
    if (answer?.type !== "guest_link") return;
    const link = { call: answer.call, url: this.#origin + answer.path, until: answer.until };
    this.#show({ link });
  }

  /** The third party goes, or is no longer invited. */
  async remove(call: CallId): Promise<void> {
    if (await this.#ask({ type: "remove_guest", call })) this.#show({ link: null });
  }

  /** Forgets a refusal that was read. */
  clear(): void {
    this.#show({ problem: null });
  }

  #show(change: Partial<CompanyState>): void {
    this.#state.set({ ...this.#state.get(), ...change });
  }

  async #ask(request: Request): Promise<Awaited<ReturnType<Connection<R>["request"]>> | null> {
    // A second press meanwhile asks nothing.
    if (this.#state.get().pending !== null) return null;
    this.#show({ pending: request.type, problem: null });
    try {
      const answer = await this.#connection.request(request);
      this.#show({ pending: null });
      return answer;
    } catch (error) {
      const problem = error instanceof RequestError ? error.problem : "unavailable";
      this.#show({ pending: null, problem });
      return null;
    }
  }
}

/** The link that may still be used: of this call, not used yet, not over. */
export function usable(
  { link }: CompanyState,
  call: CallId,
  guest: GuestState | null,
): GuestLink | null {
  return link?.call === call && guest?.state === "invited" ? link : null;
}
