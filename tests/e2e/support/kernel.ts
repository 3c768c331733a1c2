// A firewall in the kernel, by routing rules, for the network of its own that `make networks` runs in:
// what no rule lets through has no way, not even to this machine itself.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The rule by which the kernel finds this machine's own addresses comes first by default. */
const LOCAL = 100;

const rule = (...words: string[]): Promise<unknown> => run("ip", ["rule", ...words]);

/** Lets so much through in a second, over all that this network carries; ends with the network. */
export async function narrow(kbit: number): Promise<void> {
  demandOwnNetwork();
  const queue = ["burst", "20kb", "latency", "300ms"];
  await run("tc", [
    "qdisc",
    "replace",
    "dev",
    "lo",
    "root",
    "tbf",
    "rate",
    `${kbit}kbit`,
    ...queue,
  ]);
}

/** From now on everything is lost, and nobody is told. Returns how to end it. */
export async function loseEverything(): Promise<() => Promise<void>> {
  demandOwnNetwork();
  await run("tc", ["qdisc", "replace", "dev", "lo", "root", "blackhole"]);
  return async () => {
    await run("tc", ["qdisc", "del", "dev", "lo", "root"]);
  };
}

/** Lets nothing through but TCP to and from a port. Returns how to end it. */
export async function onlyTcpTo(port: number): Promise<() => Promise<void>> {
  demandOwnNetwork();
  const rules = [
    ["pref", "1", "ipproto", "tcp", "dport", String(port), "lookup", "local"],
    ["pref", "2", "ipproto", "tcp", "sport", String(port), "lookup", "local"],
    ["pref", "3", "ipproto", "tcp", "blackhole"],
    ["pref", "4", "ipproto", "udp", "blackhole"],
  ];
  await rule("add", "pref", String(LOCAL), "lookup", "local");
  await rule("del", "pref", "0");
  for (const words of rules) await rule("add", ...words);
  return async () => {
    for (const words of rules) await rule("del", ...words);
    await rule("add", "pref", "0", "lookup", "local");
    await rule("del", "pref", String(LOCAL));
  };
}

/** On the machine's own network it would cut everybody off. */
function demandOwnNetwork(): void {
  if (process.env["PASSERELLE_OWN_NETWORK"] !== "yes") {
    throw new Error("run this by `make networks`: it needs a network of its own");
  }
}
