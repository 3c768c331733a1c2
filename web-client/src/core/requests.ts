/**
 * Requests under way on one connection: numbered, answered once each, and rejected together when the
 * connection goes, because nobody can know then whether they were carried out.
 */
import type { ClientMessage, ErrorCode, Message, Request, ServerMessage } from "./protocol";

/** Requests that may be unanswered at once; a page needs three at most. */
export const PENDING_MAX = 32;

/** An answer takes milliseconds; past this the person is told to try again. */
export const ANSWER_MS_MAX = 10_000;

/** Why a request was not carried out: the gateway's reason, or the page's own. */
export type RequestProblem = ErrorCode | "not_connected" | "no_answer";

/** A request that was not carried out. */
export class RequestError extends Error {
  readonly problem: RequestProblem;

  constructor(problem: RequestProblem, message: string) {
    super(message);
    this.name = "RequestError";
    this.problem = problem;
  }
}

/** An answer that is not a refusal. */
export type Answer = Message<"done" | "media_answer" | "slots" | "guest_link">;

/** Something that runs later, as `setTimeout` and `clearTimeout` do. */
export interface Timers {
  start(milliseconds: number, run: () => void): number;
  stop(timer: number): void;
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: RequestError) => void;
  readonly timer: number;
}

/** The requests of one connection. */
export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #timers: Timers;
  #next = 1;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Numbers the request, hands it to `send`, and waits for its answer. */
  send(request: Request, send: (message: ClientMessage) => void): Promise<Answer> {
    if (this.#pending.size >= PENDING_MAX) {
      return Promise.reject(new RequestError("too_fast", "too many requests are unanswered"));
    }
    const id = this.#next++;
    return new Promise<Answer>((resolve, reject) => {
      const timer = this.#timers.start(ANSWER_MS_MAX, () => {
        this.#pending.delete(id);
        reject(new RequestError("no_answer", `no answer within ${ANSWER_MS_MAX} ms`));
      });
      this.#pending.set(id, { resolve, reject, timer });
      send({ id, ...request });
    });
  }

  /** Takes a server message; true when it answered a request. */
  receive(message: ServerMessage): boolean {
    switch (message.type) {
      case "done":
      case "media_answer":
      case "slots":
      case "guest_link":
        this.#settle(message.id)?.resolve(message);
        return true;
      case "refused":
        if (message.id !== null) {
          this.#settle(message.id)?.reject(new RequestError(message.error, message.message));
        }
        return true;
      default:
        return false;
    }
  }

  /** The connection is gone. */
  abandon(): void {
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(new RequestError("not_connected", "the connection was lost"));
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending) this.#timers.stop(pending.timer);
    this.#pending.delete(id);
    return pending;
  }
}
