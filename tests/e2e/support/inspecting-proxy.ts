// A proxy as cities and hospitals have them: browsers reach nothing but it (CONNECT, RFC 9110 §9.3.6);
// it ends their TLS, reads their requests, makes them anew, and does with WebSockets what it likes.
import { readFile } from "node:fs/promises";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { Agent, createServer as createHttpsServer, request } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

const HOST = "127.0.0.1";

/** What becomes of a request to upgrade. */
export type Upgrade = "passes" | "answered with 200" | "refused with 403" | "reset" | "swallowed";

/** See the file. */
export class InspectingProxy {
  /** Requests to upgrade so far, and other requests by their paths. */
  upgrades = 0;
  readonly paths: string[] = [];
  private readonly sockets = new Set<Duplex>();
  private readonly agent = new Agent({ keepAlive: true, rejectUnauthorized: false });

  private constructor(
    private readonly door: Server,
    inside: Server,
    private readonly gateway: URL,
    private readonly judge: (upgrade: number) => Upgrade,
  ) {
    // Whatever they want to reach is the gateway.
    door.on("connect", (_, socket: Socket) => {
      this.keep(socket);
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      inside.emit("connection", socket);
    });
    inside.on("request", (asked, answer) => this.pass(asked, answer));
    inside.on("upgrade", (asked, socket, head) => this.upgrade(asked, socket, head));
  }

  /**
   * Before the gateway at `origin`, whose certificate lies in its data. `judge` says what becomes of
   * each request to upgrade, by its number from 1.
   */
  static async of(
    { origin, dataDir }: { origin: string; dataDir: string },
    judge: (upgrade: number) => Upgrade,
  ): Promise<InspectingProxy> {
    const file = (name: string) => readFile(join(dataDir, "tls", name));
    const [cert, key] = [await file("development.pem"), await file("development.key.pem")];
    const inside = createHttpsServer({ cert, key });
    const door = createHttpServer();
    const proxy = new InspectingProxy(door, inside, new URL(origin), judge);
    await new Promise<void>((resolve) => door.listen(0, HOST, resolve));
    return proxy;
  }

  /** Where browsers find it. */
  get address(): { host: string; port: number } {
    const address = this.door.address();
    if (typeof address !== "object" || address === null) throw new Error("the proxy is closed");
    return { host: HOST, port: address.port };
  }

  /** What a browser context must know of it; this machine's own addresses go through it, too. */
  get options(): { server: string; bypass: string } {
    const { host, port } = this.address;
    return { server: `http://${host}:${port}`, bypass: "<-loopback>" };
  }

  /** How many requests there were to paths that begin so. */
  count(path: string): number {
    return this.paths.filter((one) => one.startsWith(path)).length;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.agent.destroy();
    this.door.close();
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.sockets.delete(socket));
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    this.paths.push(asked.url ?? "");
    const { method, url, headers } = asked;
    const passed = request(
      // `Host` and `Origin` are the browser's.
      { host: HOST, port: this.gateway.port, method, path: url, headers, agent: this.agent },
      (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(answer);
      },
    );
    passed.on("error", () => answer.destroy());
    // Whoever leaves waits for no answer.
    answer.once("close", () => passed.destroy());
    asked.pipe(passed);
  }

  private upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.upgrades += 1;
    this.keep(socket);
    switch (this.judge(this.upgrades)) {
      case "passes":
        this.tunnel(asked, socket, head);
        break;
      case "answered with 200":
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        break;
      case "refused with 403":
        socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        break;
      case "reset":
        socket.destroy();
        break;
      case "swallowed":
        break;
    }
  }

  private tunnel(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    const gateway = connect({
      host: HOST,
      port: Number(this.gateway.port),
      rejectUnauthorized: false,
    });
    this.keep(gateway);
    const headers = asked.rawHeaders.reduce(
      (text, part, at) => text + (at % 2 === 0 ? `${part}: ` : `${part}\r\n`),
      "",
    );
    gateway.write(`${asked.method} ${asked.url} HTTP/1.1\r\n${headers}\r\n`);
    gateway.write(head);
    gateway.pipe(socket);
    socket.pipe(gateway);
    socket.once("close", () => gateway.destroy());
    gateway.once("close", () => socket.destroy());
  }
}
