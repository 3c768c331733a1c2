/**
 * Tells when a device changes to another network, as a phone that leaves the Wi-Fi: its connections
 * may go on for a while, but on a way that ends. Only some browsers say so; on the others a lost
 * connection is noticed by itself, later.
 */

/** The part of the Network Information API that is used; TypeScript does not know it. */
interface NetworkInformation extends EventTarget {
  readonly type?: string;
}

/** Calls `changed` whenever the device is on a network of another kind than before. */
export function onNetworkChange(changed: () => void): void {
  const here = globalThis.navigator as
    | (Navigator & { connection?: NetworkInformation })
    | undefined;
  const connection = here?.connection;
  // Where the kind is not told, the event only says that an estimate of the speed has changed.
  let before = connection?.type;
  if (before === undefined) return;
  connection?.addEventListener("change", () => {
    const { type = "none" } = connection;
    if (type === before || type === "none") return;
    before = type;
    changed();
  });
}
