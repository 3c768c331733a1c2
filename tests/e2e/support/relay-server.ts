// A real relay (coturn) of its own for one test, on loopback, ended by its own process id.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";

const HOST = "127.0.0.1";

/** What the gateway and the relay both know. */
const SECRET = "secret-of-the-browser-tests";

/** From start to the first connection taken; a busy machine needs a second. */
const START_MS_MAX = 15_000;

/** Between two tries to connect: it says nothing when it listens. */
const TRY_EVERY_MS = 50;

/** See the file. */
export class RelayServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly port: number,
    private readonly directory: string,
  ) {}

  /** Starts it, and returns when it listens. */
  static async start(): Promise<RelayServer> {
    const port = await freePort();
    const directory = await mkdtemp(join(tmpdir(), "passerelle-relay-"));
    const child = spawn(
      process.env["PASSERELLE_TURNSERVER"] ?? "turnserver",
      [
        ["-n", "--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout"],
        [`--pidfile=${join(directory, "pid")}`, `--userdb=${join(directory, "users")}`],
        [`--listening-ip=${HOST}`, `--relay-ip=${HOST}`, `--listening-port=${port}`],
        // Only here is the peer at a loopback address.
        ["--allow-loopback-peers", "--realm=test", "--fingerprint"],
        ["--use-auth-secret", `--static-auth-secret=${SECRET}`],
      ].flat(),
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    await listens(child, port);
    return new RelayServer(child, port, directory);
  }

  /** What the gateway must know of it. */
  get environment(): Record<string, string> {
    return {
      PASSERELLE__RELAY__URLS: `["turn:${HOST}:${this.port}?transport=tcp"]`,
      PASSERELLE__RELAY__SECRET: SECRET,
    };
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

async function listens(child: ChildProcess, port: number): Promise<void> {
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
    if (await takesConnections(port)) return;
    if (child.exitCode !== null || child.pid === undefined) break;
    await passed(TRY_EVERY_MS);
  }
  child.kill("SIGKILL");
  throw new Error(`the relay (turnserver of coturn) ${problem}; it said:\n${said}`);
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
