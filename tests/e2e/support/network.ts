// The network between one page and the gateway, as a relay that can fail: everything the page sends
// and hears goes through it, its sockets and its media. Chromium's own "offline" leaves open sockets
// and WebRTC alone, and would test nothing.
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, Socket } from "node:net";
import { setTimeout as passed } from "node:timers/promises";
import type { Page } from "@playwright/test";

const HOST = "127.0.0.1";

declare global {
  interface Window {
    /** Where the relay takes the datagrams for a port of the gateway. */
    relayedPort(port: number): Promise<number>;
  }
}

/** A connection of the page and its other half to the gateway, once there is a way. */
interface Pair {
  readonly page: Socket;
  readonly gateway: Socket;
}

/** How it stands: works; loses everything and tells nobody; or is unplugged, which both ends see. */
type Condition = "works" | "silent" | "unplugged";

/** What the way of media in one direction is like. */
export interface Line {
  /** Bits per second, headers included. */
  readonly bps: number;
  /** The part of the datagrams that is lost. */
  readonly loss: number;
}

/** The longest a datagram waits at a bottleneck, as in a home router; then it is dropped. */
const QUEUE_MS_MAX = 300;

/** Headers of UDP and IP. */
const HEADER_BYTES = 28;

/** See the file. */
export class Network {
  /** Told of every datagram that the gateway sends the page. */
  onDownlink: (datagram: Buffer) => void = () => undefined;
  private readonly downlink = new Bottleneck(seeded(5));
  private readonly uplink = new Bottleneck(seeded(6));
  private closed = false;
  private condition: Condition = "works";
  private readonly pairs = new Set<Pair>();
  private readonly datagrams: UdpSocket[] = [];
  private readonly relayed = new Map<number, Promise<number>>();
  private server: Server | null = null;
  private takesDatagrams = true;
  private takesOnlyPages = false;
  private readonly gatewayPort: number;

  private constructor(
    private readonly page: Page,
    origin: string,
  ) {
    this.gatewayPort = Number(new URL(origin).port);
  }

  /** Puts a relay before the gateway at `origin`, for a page that has loaded nothing yet. */
  static async of(page: Page, origin: string): Promise<Network> {
    const network = new Network(page, origin);
    await network.listen();
    await page.exposeFunction("relayedPort", (port: number) => network.relay(port));
    await page.addInitScript(sendMediaThroughRelay);
    return network;
  }

  /** Where the page finds the gateway. */
  get origin(): string {
    const address = this.server?.address();
    if (typeof address !== "object" || address === null) throw new Error("the relay is closed");
    return `https://${HOST}:${address.port}`;
  }

  /** Nothing arrives any more, and nobody is told: out of the Wi-Fi's reach. */
  silence(): void {
    this.condition = "silent";
    for (const pair of this.pairs) stop(pair);
  }

  /** The cable is pulled: connections end at once, and no other can be made. */
  unplug(): void {
    this.condition = "unplugged";
    for (const { page, gateway } of this.pairs) {
      page.resetAndDestroy();
      gateway.resetAndDestroy();
    }
    this.pairs.clear();
  }

  /** From now on a firewall drops every datagram and lets the port of the pages through. */
  blockDatagrams(): void {
    this.takesDatagrams = false;
  }

  /** From now on a firewall lets only TLS to the port of the pages through: no media at all. */
  blockMedia(): void {
    this.takesDatagrams = false;
    this.takesOnlyPages = true;
  }

  /** From now on media reaches the page by such a line. */
  narrow(line: Line): void {
    this.downlink.line = line;
  }

  /** From now on the page's media reaches the gateway by such a line. */
  narrowUplink(line: Line): void {
    this.uplink.line = line;
  }

  /** Works again; after an unplugged cable the browser tells its pages so, as it does by itself. */
  async mend(): Promise<void> {
    const wasUnplugged = this.condition === "unplugged";
    this.condition = "works";
    for (const pair of this.pairs) join(pair);
    if (wasUnplugged) await this.page.evaluate(() => dispatchEvent(new Event("online")));
  }

  /** No relay, no sockets. */
  close(): void {
    this.closed = true;
    for (const { page, gateway } of this.pairs) {
      page.destroy();
      gateway.destroy();
    }
    this.server?.close();
    for (const socket of this.datagrams) socket.close();
  }

  private async listen(): Promise<void> {
    const server = createServer((page) => this.carry(page));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, HOST, resolve);
    });
  }

  private carry(page: Socket): void {
    // Whoever leaves in the middle of an outage is seen to by the other end.
    page.on("error", () => undefined);
    if (this.condition === "unplugged") {
      page.resetAndDestroy();
      return;
    }
    const gateway = new Socket();
    gateway.on("error", () => undefined);
    const pair = { page, gateway };
    this.pairs.add(pair);
    page.once("close", () => {
      this.pairs.delete(pair);
      gateway.destroy();
    });
    gateway.once("close", () => {
      this.pairs.delete(pair);
      page.destroy();
    });
    gateway.connect(this.gatewayPort, HOST);
    if (this.condition !== "works") stop(pair);
    else if (this.takesOnlyPages) joinIfTls(pair);
    else join(pair);
  }

  /** The port at which datagrams for the gateway's `port` are taken. */
  private relay(port: number): Promise<number> {
    const known = this.relayed.get(port);
    if (known !== undefined) return known;
    const made = this.relayDatagrams(port);
    this.relayed.set(port, made);
    return made;
  }

  private async relayDatagrams(port: number): Promise<number> {
    const near = createSocket("udp4");
    this.datagrams.push(near);
    // The gateway tells people apart by where their datagrams come from.
    const far = new Map<string, UdpSocket>();
    near.on("message", (datagram, from) => {
      if (this.condition !== "works" || !this.takesDatagrams) return;
      const name = `${from.address} ${from.port}`;
      const socket = far.get(name) ?? this.farSide(near, from);
      far.set(name, socket);
      this.uplink.pass(datagram, () => {
        if (!this.closed) socket.send(datagram, port, HOST);
      });
    });
    await new Promise<void>((resolve) => near.bind(0, HOST, resolve));
    return near.address().port;
  }

  private farSide(near: UdpSocket, from: RemoteInfo): UdpSocket {
    const socket = createSocket("udp4");
    this.datagrams.push(socket);
    socket.on("message", (datagram) => {
      if (this.condition !== "works" || !this.takesDatagrams) return;
      this.onDownlink(datagram);
      this.downlink.pass(datagram, () => {
        if (!this.closed) near.send(datagram, from.port, from.address);
      });
    });
    return socket;
  }
}

/** A line of so many bits per second that loses datagrams; without a {@link Line}, a perfect one. */
class Bottleneck {
  line: Line | null = null;
  /** When it is through with what it has. */
  private freeAt = 0;

  constructor(private readonly dice: () => number) {}

  /** Lets a datagram arrive in its time, or never. */
  pass(datagram: Buffer, arrive: () => void): void {
    if (this.line === null) {
      arrive();
      return;
    }
    const { bps, loss } = this.line;
    const now = performance.now();
    const through = Math.max(now, this.freeAt) + ((datagram.length + HEADER_BYTES) * 8_000) / bps;
    if (through > now + QUEUE_MS_MAX) return;
    this.freeAt = through;
    if (this.dice() >= loss) setTimeout(arrive, through - now);
  }
}

/** All of these fail together for a time, in silence. */
export async function silentFor(networks: Network[], milliseconds: number): Promise<void> {
  for (const network of networks) network.silence();
  await passed(milliseconds);
  for (const network of networks) await network.mend();
}

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function join({ page, gateway }: Pair): void {
  page.pipe(gateway);
  gateway.pipe(page);
}

/** The first byte of a TLS connection. */
const TLS_HANDSHAKE = 0x16;

/** Whatever else it is, it gets no answer. */
function joinIfTls(pair: Pair): void {
  pair.page.once("data", (first) => {
    if (first[0] !== TLS_HANDSHAKE) return;
    pair.gateway.write(first);
    join(pair);
  });
}

/** What is sent meanwhile waits in the sockets, as TCP would send it again. */
function stop({ page, gateway }: Pair): void {
  page.unpipe(gateway);
  gateway.unpipe(page);
  page.pause();
  gateway.pause();
}

/** Runs in the page before its own scripts: the gateway's answers name the relay as its address. */
function sendMediaThroughRelay(): void {
  const peer = RTCPeerConnection.prototype;
  const native: (answer: RTCSessionDescriptionInit) => Promise<void> = peer.setRemoteDescription;
  peer.setRemoteDescription = async function (this: RTCPeerConnection, description) {
    const port = / (\d+) typ host/.exec(description.sdp ?? "")?.[1];
    if (port === undefined) throw new Error("an answer without an address of the gateway");
    const relayed = await window.relayedPort(Number(port));
    const sdp = description.sdp
      // Media over TCP goes to the port of the pages, which is the relay's too.
      ?.replaceAll(/ \d+ typ host tcptype/g, ` ${location.port} typ host tcptype`)
      .replaceAll(` ${port} typ host`, ` ${relayed} typ host`);
    await native.call(this, { type: description.type, ...(sdp !== undefined && { sdp }) });
  };
}
