// Reads the call records where they are kept: in the gateway's SQLite file, by another program than
// the one that wrote them (python3 is on every Debian; Node.js 20 has no SQLite of its own).
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const DATABASE_NAME = "passerelle.sqlite";

const SCRIPT = `
import json, sqlite3, sys
connection = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
connection.row_factory = sqlite3.Row
rows = connection.execute("SELECT * FROM calls ORDER BY call")
print(json.dumps([dict(row) for row in rows]))
`;

/** A row of the table `calls`; moments are milliseconds since 1970, null when never reached. */
export interface StoredCall {
  call: number;
  site: number;
  language: string;
  tapped_at: number;
  queued_at: number;
  offered_at: number | null;
  accepted_at: number | null;
  connected_at: number | null;
  ended_at: number | null;
  outcome: string | null;
  interpreter: number | null;
  offers: number;
  origin: number | null;
  callback: string | null;
  handovers: number;
}

/** All calls in the database, in the order of their numbers. */
export async function storedCalls(dataDir: string): Promise<StoredCall[]> {
  const run = promisify(execFile);
  const { stdout } = await run("python3", ["-c", SCRIPT, join(dataDir, DATABASE_NAME)]);
  return JSON.parse(stdout) as StoredCall[];
}

/** The moments of a call in the order in which they must have happened, those reached only. */
export function momentsOf(call: StoredCall): number[] {
  const { tapped_at, queued_at, offered_at, accepted_at, connected_at, ended_at } = call;
  const all = [tapped_at, queued_at, offered_at, accepted_at, connected_at, ended_at];
  return all.filter((moment) => moment !== null);
}
