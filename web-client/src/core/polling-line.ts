/**
 * Messages by HTTP requests (PROTOCOL.md, *Without WebSockets*): one long poll fetches what the gateway
 * has, at most one request at a time hands over what the page has to say. Both sides count messages,
 * so that a request whose answer was lost is simply made again: nothing is lost, nothing comes twice.
 * When it takes too long, the connection's own watch on silence ends the line.
 */
import { backoff } from "./backoff";
import type { Socket } from "./connection";

/** What a request came to: an answer, a refusal for good, or nothing to rely on, so again. */
export type Outcome = { readonly text: string } | "refused" | "again";

/** What a line needs of the outside world; tests bring their own. */
export interface LineWorld {
  /** One `POST`; never rejects. `lasts`: it is made although the page is being left. */
  post(path: string, body: string, stopped: AbortSignal, lasts?: boolean): Promise<Outcome>;
  pause(milliseconds: number): Promise<void>;
  random(): number;
  /** Tells once when the page is left, until it is stopped. */
  leaving(run: () => void, stopped: AbortSignal): void;
}

/** The first answer, to opening, as far as it is of use here. */
interface Opened {
  readonly line: string;
}

/** See the file. Tells what happens by the handlers of `socket`. */
export class PollingLine {
  readonly #socket: Socket;
  readonly #world: LineWorld;
  readonly #stop = new AbortController();
  #path = "";
  /** The number of the newest message that has arrived. */
  #after = 0;
  /** How many messages the gateway has taken, and those it has not taken yet. */
  #taken = 0;
  readonly #unsent: string[] = [];
  #isSending = false;

  constructor(url: string, subprotocol: string, socket: Socket, world: LineWorld) {
    this.#socket = socket;
    this.#world = world;
    const { searchParams } = new URL(url);
    searchParams.set("protocol", subprotocol);
    void this.#run(`/api/poll?${searchParams}`);
  }

  /** Hands over a message, after those before it. */
  send(text: string): void {
    this.#unsent.push(text);
    if (!this.#isSending) void this.#send();
  }

  /** Ends the line, and tells the gateway, as a WebSocket does that is closed. */
  close(): void {
    if (this.#isStopped) return;
    this.#stop.abort();
    if (this.#path) {
      void this.#world.post(`${this.#path}/close`, "", new AbortController().signal, true);
    }
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(address: string): Promise<void> {
    const { signal } = this.#stop;
    const opened = await this.#world.post(address, "", signal);
    const line = typeof opened === "object" ? idIn(opened.text) : null;
    if (this.#isStopped) return;
    if (line === null) {
      this.#ended();
      return;
    }
    this.#path = `/api/poll/${line}`;
    this.#world.leaving(() => {
      this.close();
      // Shown again from the browser's memory, the page connects anew.
      this.#socket.onclose?.();
    }, signal);
    this.#socket.onopen?.();
    while (!this.#isStopped) {
      const text = await this.#ask(`${this.#path}?after=${this.#after}`, "");
      if (text !== null) this.#receive(text);
    }
  }

  #receive(text: string): void {
    for (const line of text.split("\n")) {
      // A line that is closed because of a message has nothing more to say.
      if (line === "" || this.#isStopped) continue;
      this.#after += 1;
      this.#socket.onmessage?.({ data: line });
    }
  }

  async #send(): Promise<void> {
    this.#isSending = true;
    while (this.#unsent.length > 0 && !this.#isStopped) {
      const messages = [...this.#unsent];
      const path = `${this.#path}/send?first=${this.#taken + 1}`;
      if ((await this.#ask(path, messages.join("\n"))) === null) return;
      this.#taken += messages.length;
      this.#unsent.splice(0, messages.length);
    }
    this.#isSending = false;
  }

  /** Asks until there is an answer; `null` when the line has ended instead. */
  async #ask(path: string, body: string): Promise<string | null> {
    for (let failures = 0; !this.#isStopped; failures += 1) {
      const outcome = await this.#world.post(path, body, this.#stop.signal);
      if (this.#isStopped) return null;
      if (typeof outcome === "object") return outcome.text;
      if (outcome === "refused") {
        this.#ended();
        return null;
      }
      await this.#world.pause(backoff(failures, this.#world.random()));
    }
    return null;
  }

  /** The gateway knows the line no more, or never did. */
  #ended(): void {
    this.#stop.abort();
    this.#socket.onclose?.();
  }
}

function idIn(text: string): string | null {
  try {
    return (JSON.parse(text) as Opened).line ?? null;
  } catch {
    return null;
  }
}

/**
 * A poll is answered with the next beat (5 s), everything else at once; what takes longer is lost, and
 * there is time for another before the connection's silence (15 s) is over.
 */
const ANSWER_MS_MAX = 8_000;

/** The gateway's own answers: messages, the line's id, and that something was taken. */
const OWN_TYPES = ["text/plain", "application/json"];

async function post(
  path: string,
  body: string,
  stopped: AbortSignal,
  lasts = false,
): Promise<Outcome> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), ANSWER_MS_MAX);
  const stop = () => late.abort();
  stopped.addEventListener("abort", stop);
  try {
    const response = await fetch(path, {
      method: "POST",
      body,
      headers: { "content-type": "text/plain; charset=utf-8" },
      credentials: "same-origin",
      cache: "no-store",
      keepalive: lasts,
      signal: late.signal,
    });
    const type = response.headers.get("content-type") ?? "";
    const isOwn = response.status === 204 || OWN_TYPES.some((own) => type.startsWith(own));
    // A proxy answers in pages: of its own, and of its own accord.
    if (!isOwn || response.status >= 500) return "again";
    if (response.ok) return { text: await response.text() };
    // Too slow, too fast: the same a moment later.
    return response.status === 408 || response.status === 429 ? "again" : "refused";
  } catch {
    return "again";
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener("abort", stop);
  }
}

/** Of a page in a browser. */
export const browserWorld: LineWorld = {
  post,
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
  leaving: (run, stopped) => {
    window.addEventListener("pagehide", run, { once: true, signal: stopped });
  },
};
