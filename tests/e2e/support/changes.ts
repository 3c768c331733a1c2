// What becomes of a page's connections in a call that nobody touches: nothing.

declare global {
  interface Window {
    /** Every state that a connection of the page, or its socket, has come to. */
    changes: string[];
  }
}

/** How long such a call lasts; `PASSERELLE_LONG_CALL_S=600` for a longer one. */
export const LONG_CALL_S = Number(process.env["PASSERELLE_LONG_CALL_S"] ?? 30);

/** Runs in the page: from now on it writes down what becomes of its connections. */
export function noteChanges(): void {
  window.changes = [];
  for (const peer of window.probe.peers) {
    if (peer.connectionState === "closed") continue;
    const note = () => window.changes.push(`${peer.connectionState} ${peer.iceConnectionState}`);
    peer.addEventListener("connectionstatechange", note);
    peer.addEventListener("iceconnectionstatechange", note);
  }
  const socket = () => {
    const state = document.body.dataset["connection"];
    if (state !== "connected") window.changes.push(`socket ${state}`);
  };
  const attributeFilter = ["data-connection"];
  new MutationObserver(socket).observe(document.body, { attributeFilter });
}
