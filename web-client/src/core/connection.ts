/**
 * The one connection of a page, by a WebSocket or where none gets through by requests (`ways.ts`):
 * opens it, keeps it alive, comes back by itself with growing pauses, and stops for good when another
 * page took over or the session has ended.
 */
import { backoff } from "./backoff";
import { Cell, type ReadableCell } from "./cell";
import {
  addressOf,
  type ClientEvent,
  type ClientState,
  initialState,
  isFinal,
  reduce,
} from "./client-state";
import {
  type Request,
  type Role,
  type ServerMessage,
  SILENCE_MAX_MS,
  SUBPROTOCOL,
} from "./protocol";
import { type Answer, RequestError, Requests, type Timers } from "./requests";
import { FIRST_MS_MAX, type Way, Ways } from "./ways";

/**
 * Where messages have passed before, a connection that does not open by then is tried anew: what was lost
 * of it the kernel sends again only after 1, 3, 7 and 15 seconds (RFC 6298), long after the network is back.
 */
export const OPENING_MS_MAX = 4_000;
/** So many times; then the way may be a slow one. */
const HASTY_ATTEMPTS = 8;

/**
 * The longest pause between two attempts: in a conversation each second counts in which the network is
 * back and nobody tries. A thousand pages that find nobody are six hundred attempts a second.
 */
export const PAUSE_MAX_MS = 2_000;

/** The part of a WebSocket that is used here. */
export interface Socket {
  send(text: string): void;
  close(): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
}

/** What the connection needs of the outside world; tests bring their own. */
export interface ConnectionWorld {
  open(way: Way, url: string, subprotocol: string): Socket;
  /** Whether the session cookie of this role is still good; rejects when nobody answers. */
  signedIn(): Promise<boolean>;
  now(): number;
  random(): number;
  readonly timers: Timers;
}

/** A connection that survives. */
export class Connection<R extends Role> {
  readonly #state: Cell<ClientState<R>>;
  readonly #url: string;
  readonly #world: ConnectionWorld;
  readonly #requests: Requests;
  readonly #ways = new Ways();
  #way: Way = "socket";
  #socket: Socket | null = null;
  #attempt = 0;
  /** Messages have passed in this network. */
  #isProven = false;
  #retry: number | null = null;
  #silence: number | null = null;
  /** Of a WebSocket that has carried nothing yet. */
  #watched: number | null = null;

  constructor(role: R, url: string, world: ConnectionWorld) {
    this.#state = new Cell(initialState(role));
    this.#url = url;
    this.#world = world;
    this.#requests = new Requests(world.timers);
  }

  /** Everything known, to be watched. */
  get state(): ReadableCell<ClientState<R>> {
    return this.#state;
  }

  /** Opens the socket, or opens it again after another page had taken over. */
  start(): void {
    if (this.#socket) return;
    this.#apply({ type: "restart" });
    this.#attempt = 0;
    this.#open();
  }

  /** Closes the socket for good. */
  stop(): void {
    this.#forget();
    this.#requests.abandon();
  }

  /** The session has ended: closes the socket and forgets the pictures of whoever it was. */
  signedOut(): void {
    this.stop();
    this.#apply({ type: "not_signed_in" });
  }

  /** It has been read that the gateway runs on an older backup. */
  restoredRead(): void {
    this.#apply({ type: "restored_read" });
  }

  /** Tries at once: the network is back, or the page is shown again. */
  hurry(): void {
    if (this.#retry === null) return;
    this.#attempt = 0;
    this.#open();
  }

  /** The browser has changed networks: what would not pass before may pass now. */
  networkChanged(): void {
    this.#ways.forget();
    this.#isProven = false;
    if (this.#socket && this.#way === "requests") this.#closed(true);
    this.hurry();
  }

  /** Asks the gateway; rejects with a `RequestError`. */
  request(request: Request): Promise<Answer> {
    const socket = this.#socket;
    if (!socket || this.#state.get().link !== "connected") {
      return Promise.reject(new RequestError("not_connected", "not connected to the gateway"));
    }
    return this.#requests.send(request, (message) => socket.send(JSON.stringify(message)));
  }

  #apply(event: ClientEvent): void {
    this.#state.set(reduce(this.#state.get(), event));
  }

  #open(): void {
    this.#forget();
    const way = this.#ways.next(this.#world.now());
    const socket = this.#world.open(way, addressOf(this.#url, this.#state.get()), SUBPROTOCOL);
    this.#way = way;
    this.#socket = socket;
    // A proxy may open a socket and let nothing through it.
    let carries = false;
    socket.onopen = () => this.#heard(carries);
    socket.onmessage = (event) => {
      carries = true;
      this.#isProven = true;
      this.#carries();
      this.#heard(carries);
      if (typeof event.data === "string") this.#receive(event.data);
    };
    socket.onclose = () => this.#closed(carries);
    // Also bounds a connection attempt that a firewall swallows.
    if (this.#isProven && this.#attempt < HASTY_ATTEMPTS) this.#heard(true, OPENING_MS_MAX);
    else this.#heard(carries);
    if (way === "socket") this.#watch();
  }

  /** A socket that hangs while the gateway answers over HTTP does not get through. */
  #watch(): void {
    const watch = this.#world.timers.start(FIRST_MS_MAX, () => {
      this.#world.signedIn().then(
        (signedIn) => {
          // Meanwhile it has carried something, or is another.
          if (!signedIn || this.#watched !== watch) return;
          this.#ways.failed("socket", true, this.#world.now());
          this.#closed(true);
        },
        () => undefined,
      );
    });
    this.#watched = watch;
  }

  #carries(): void {
    if (this.#watched === null) return;
    this.#world.timers.stop(this.#watched);
    this.#watched = null;
    this.#ways.forget();
  }

  #receive(text: string): void {
    // The gateway is trusted to speak the protocol; a text that is not JSON ends this connection,
    // since nothing after it can be relied upon.
    let message: ServerMessage;
    try {
      message = JSON.parse(text) as ServerMessage;
    } catch {
      this.#closed(true);
      return;
    }
    if (this.#requests.receive(message)) return;
    if (message.type === "state") this.#attempt = 0;
    this.#apply({ type: "message", message, at: this.#world.now() });
    if (isFinal(this.#state.get().link)) this.stop();
  }

  /** Restarts the watch on the server's signs of life. */
  #heard(carries: boolean, patience = SILENCE_MAX_MS): void {
    if (this.#silence !== null) this.#world.timers.stop(this.#silence);
    this.#silence = this.#world.timers.start(patience, () => this.#closed(carries));
  }

  /** Detaches from the present socket, whatever its state, and stops all timers. */
  #forget(): void {
    for (const timer of [this.#retry, this.#silence, this.#watched]) {
      if (timer !== null) this.#world.timers.stop(timer);
    }
    this.#retry = null;
    this.#silence = null;
    this.#watched = null;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  /** `carried`: messages have come, so that the way is open and the session good. */
  #closed(carried: boolean): void {
    this.#forget();
    this.#requests.abandon();
    if (isFinal(this.#state.get().link)) return;
    this.#apply({ type: "lost" });
    const pause = backoff(this.#attempt++, this.#world.random(), PAUSE_MAX_MS);
    this.#retry = this.#world.timers.start(pause, () => {
      if (carried) this.#open();
      else this.#openIfSignedIn();
    });
  }

  /** A refused upgrade looks like a dead gateway to a page, so the session is asked after first. */
  #openIfSignedIn(): void {
    const retry = this.#retry;
    this.#world.signedIn().then(
      (signedIn) => {
        // Overtaken by `hurry`, `start` or `stop`.
        if (this.#retry !== retry) return;
        if (signedIn) {
          this.#ways.failed(this.#way, false, this.#world.now());
          this.#open();
        } else {
          this.#forget();
          this.#apply({ type: "not_signed_in" });
        }
      },
      () => {
        if (this.#retry === retry) this.#closed(false);
      },
    );
  }
}
