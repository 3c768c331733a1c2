/**
 * A {@link Socket} whose messages go by HTTP requests. Few pages need it, so that what does the work
 * is loaded when it is needed.
 */
import type { Socket } from "./connection";

/** Opens one; its address is that of the WebSocket, with what a page that comes back remembers. */
export function polling(url: string, subprotocol: string): Socket {
  let line: { send(text: string): void; close(): void } | null = null;
  let closed = false;
  const socket: Socket = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send: (text) => line?.send(text),
    close: () => {
      closed = true;
      line?.close();
    },
  };
  import("./polling-line").then(
    ({ PollingLine, browserWorld }) => {
      if (!closed) line = new PollingLine(url, subprotocol, socket, browserWorld);
    },
    () => socket.onclose?.(),
  );
  return socket;
}
