// A real gateway of its own for one test: free ports, a data directory that goes with it, ended by
// its own process id with the signal an administrator would send.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = new URL("../../..", import.meta.url).pathname;

/** The binary under test: the one that `make test` has just built. */
export const BINARY = process.env["PASSERELLE_BIN"] ?? join(ROOT, "target/debug/passerelle");

/** From start to the printed address; a debug build on a busy machine takes about one second. */
const START_MS_MAX = 30_000;

/** From the signal to the end of the process: sockets closed, journal flushed. */
const STOP_MS_MAX = 15_000;

/** The end of the gateway's own output that a failure shows. */
const OUTPUT_LINES_SHOWN = 40;

/** A running gateway. */
export class Gateway {
  private constructor(
    private process: ChildProcess,
    private readonly output: string[],
    /** Where the pages are, such as `https://127.0.0.1:41234`. */
    readonly origin: string,
    /** Where the database is. */
    readonly dataDir: string,
    private environment: Record<string, string>,
  ) {}

  /** Starts `passerelle demo` with the given environment on top of ours. */
  static async start(environment: Record<string, string> = {}): Promise<Gateway> {
    if (!existsSync(BINARY)) throw new Error(`${BINARY} is not built: run \`scripts/build\` first`);
    const dataDir = await mkdtemp(join(tmpdir(), "passerelle-e2e-"));
    const child = demo("127.0.0.1:0", dataDir, environment);
    const output: string[] = [];
    try {
      const origin = await addressPrinted(child, output);
      return new Gateway(child, output, origin, dataDir, environment);
    } catch (problem) {
      child.kill("SIGKILL");
      await rm(dataDir, { recursive: true, force: true });
      throw problem;
    }
  }

  /** Ends it without a word, as a power cut would. */
  async kill(): Promise<void> {
    const ended = exited(this.process, STOP_MS_MAX);
    this.process.kill("SIGKILL");
    await ended;
  }

  /** Stops it as a supervisor does, and expects that it ends well. */
  async terminate(): Promise<void> {
    await this.endBy("SIGTERM");
  }

  /** Starts it again on the same address and data, with more environment from now on. */
  async startAgain(more: Record<string, string> = {}): Promise<void> {
    this.environment = { ...this.environment, ...more };
    this.process = demo(new URL(this.origin).host, this.dataDir, this.environment);
    this.output.length = 0;
    await addressPrinted(this.process, this.output);
  }

  /** Asks it to end, as Ctrl-C does, and expects that it ends well. The data stays for a look. */
  async stop(): Promise<void> {
    await this.endBy("SIGINT");
  }

  private async endBy(signal: "SIGINT" | "SIGTERM"): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = exited(this.process, STOP_MS_MAX);
      this.process.kill(signal);
      await ended.catch((problem: unknown) => {
        this.process.kill("SIGKILL");
        throw this.failure(String(problem));
      });
    }
    if (this.process.exitCode !== 0) {
      throw this.failure(`it ended with exit code ${this.process.exitCode}`);
    }
  }

  /** Removes the data directory. */
  async discard(): Promise<void> {
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private failure(what: string): Error {
    return new Error(`gateway: ${what}\n${this.output.slice(-OUTPUT_LINES_SHOWN).join("\n")}`);
  }
}

/** A process of `passerelle demo`. */
function demo(listen: string, dataDir: string, environment: Record<string, string>): ChildProcess {
  return spawn(BINARY, ["demo", "--listen", listen, "--data-dir", dataDir], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Resolves with the origin as soon as the gateway prints the tablet's address. */
function addressPrinted(child: ChildProcess, output: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Error(`gateway: ${why}\n${output.slice(-OUTPUT_LINES_SHOWN).join("\n")}`));
    const deadline = setTimeout(() => fail("printed no address in time"), START_MS_MAX);
    const read = (chunk: Buffer) => {
      output.push(...chunk.toString().split("\n"));
      const found = /(https?:\/\/)([^\s/]+)\/tablet/.exec(output.join("\n"));
      if (found?.[1] === undefined) return;
      clearTimeout(deadline);
      // What is printed may be a name by which people reach it.
      const served = /serving address=(\S+)/.exec(output.join("\n"));
      resolve(`${found[1]}${served?.[1] ?? found[2]}`);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", (problem) => fail(String(problem)));
    child.once("exit", (code) => {
      clearTimeout(deadline);
      fail(`ended with exit code ${code} before it printed an address`);
    });
  });
}

/** Resolves when the process has ended. */
function exited(child: ChildProcess, withinMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(
      () => reject(new Error(`still running ${withinMs} ms after the signal`)),
      withinMs,
    );
    child.once("exit", () => {
      clearTimeout(deadline);
      resolve();
    });
  });
}
