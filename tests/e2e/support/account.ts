// People with a password, as an administrator makes them.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BINARY, type Gateway } from "./gateway.ts";

const DEMO = new URL("../../../deploy/demo.toml", import.meta.url);

/** `passerelle account` at this gateway; the printed link. */
export async function account(gateway: Gateway, ...command: string[]): Promise<string> {
  const { dataDir, origin } = gateway;
  const file = join(dataDir, "accounts.toml");
  const demo = await readFile(DEMO, "utf8");
  await writeFile(file, `data_dir = ${JSON.stringify(dataDir)}\n${demo}`);
  const asked = ["account", ...command, "--config", file];
  const { stdout } = await promisify(execFile)(BINARY, asked);
  return new URL(new URL(stdout.trim()).pathname, origin).href + new URL(stdout.trim()).hash;
}
