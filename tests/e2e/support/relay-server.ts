// A real relay (coturn) of its own for one test, on an address of this machine, ended by its own
// process id.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";

/** Where it listens, unless a browser takes no loopback address. */
const LOOPBACK = "127.0.0.1";

/** What the gateway and the relay both know. */
const SECRET = "secret-of-the-browser-tests";

/** From start to the first connection taken; a busy machine needs a second. */
const START_MS_MAX = 15_000;

/** Between two tries to connect: it says nothing when it listens. */
const TRY_EVERY_MS = 50;

/** Runs in the page before its own scripts: no direct way opens, as behind a proxy for everything. */
export function openNoDirectWay(): void {
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceTransportPolicy: "relay" });
    }
  };
}

/** Runs in the page: how the media of its connections is carried, and to which port. */
export async function readWays(): Promise<string[]> {
  const ways: string[] = [];
  for (const peer of window.probe.peers) {
    const stats = await peer.getStats();
    for (const pair of stats.values()) {
      // Firefox has no entry for the transport, Chromium no `selected`.
      const selected = [...stats.values()].map((entry) => entry.selectedCandidatePairId);
      if (pair.type !== "candidate-pair") continue;
      if (!(pair.selected ?? selected.includes(pair.id))) continue;
      const { candidateType } = stats.get(pair.localCandidateId);
      const { protocol, port } = stats.get(pair.remoteCandidateId);
      ways.push(candidateType === "relay" ? "relay" : `${protocol} ${port}`);
    }
  }
  return ways;
}

/** What a gateway must know of a relay at such an address (RFC 7065). */
const known = (url: string): Record<string, string> => ({
  PASSERELLE__RELAY__URLS: JSON.stringify([url]),
  PASSERELLE__RELAY__SECRET: SECRET,
});

/** A relay that is reached over TLS alone, and starts once there is a certificate for it. */
export class TlsRelay {
  private relay: RelayServer | null = null;

  private constructor(private readonly port: number) {}

  static async prepare(): Promise<TlsRelay> {
    return new TlsRelay(await freePort(LOOPBACK));
  }

  /** What the gateway must know of it. */
  get environment(): Record<string, string> {
    return known(`turns:${LOOPBACK}:${this.port}?transport=tcp`);
  }

  /** Starts it with the certificate of a gateway, whose data lie in this folder. */
  async start(dataDir: string): Promise<void> {
    const [certificate, key] = ["development.pem", "development.key.pem"].map((name) =>
      join(dataDir, "tls", name),
    );
    this.relay = await RelayServer.listening(LOOPBACK, this.port, [
      "--no-udp",
      "--no-tcp",
      "--no-dtls",
      `--tls-listening-port=${this.port}`,
      `--cert=${certificate}`,
      `--pkey=${key}`,
    ]);
  }

  async stop(): Promise<void> {
    await this.relay?.stop();
  }
}

/** See the file. */
export class RelayServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly host: string,
    private readonly port: number,
    private readonly directory: string,
  ) {}

  /** Starts it, and returns when it listens. */
  static async start(host = LOOPBACK): Promise<RelayServer> {
    const port = await freePort(host);
    const plain = ["--no-tls", "--no-dtls", `--listening-port=${port}`];
    return RelayServer.listening(host, port, plain);
  }

  /** The same at a port, with what makes it listen there. */
  static async listening(host: string, port: number, door: string[]): Promise<RelayServer> {
    const directory = await mkdtemp(join(tmpdir(), "passerelle-relay-"));
    const child = spawn(
      process.env["PASSERELLE_TURNSERVER"] ?? "turnserver",
      [
        ["-n", "--no-cli", "--log-file=stdout", ...door],
        [`--pidfile=${join(directory, "pid")}`, `--userdb=${join(directory, "users")}`],
        [`--listening-ip=${host}`, `--relay-ip=${host}`],
        // Only here is the peer at a loopback address.
        ["--allow-loopback-peers", "--realm=test", "--fingerprint"],
        ["--use-auth-secret", `--static-auth-secret=${SECRET}`],
      ].flat(),
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    await listens(child, host, port);
    return new RelayServer(child, host, port, directory);
  }

  /** What the gateway must know of it. */
  get environment(): Record<string, string> {
    return known(`turn:${this.host}:${this.port}?transport=tcp`);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once("exit", resolve));
      this.process.kill("SIGTERM");
      await ended;
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function listens(child: ChildProcess, host: string, port: number): Promise<void> {
  let said = "";
  let problem = "does not listen";
  for (const output of [child.stdout, child.stderr]) {
    output?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  }
  child.once("error", (error) => {
    problem = error.message;
  });
  for (let waited = 0; waited < START_MS_MAX; waited += TRY_EVERY_MS) {
    if (await takesConnections(host, port)) return;
    if (child.exitCode !== null || child.pid === undefined) break;
    await passed(TRY_EVERY_MS);
  }
  child.kill("SIGKILL");
  throw new Error(`the relay (turnserver of coturn) ${problem}; it said:\n${said}`);
}

function takesConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
