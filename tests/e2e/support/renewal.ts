// A page whose device changes to another network when the test says so, upon which it connects anew, and
// which can be made to hear no answer from the gateway.

declare global {
  interface Window {
    /** Filled by `prepareRenewal`. */
    renewal: {
      changeNetwork(): void;
      dropsAnswers: boolean;
      answersDropped: number;
    };
  }
}

/** Runs in the page before its own scripts. */
export function prepareRenewal(): void {
  const network = Object.assign(new EventTarget(), { type: "wifi" });
  Object.defineProperty(navigator, "connection", { value: network });
  const renewal = {
    changeNetwork() {
      network.type = network.type === "wifi" ? "cellular" : "wifi";
      network.dispatchEvent(new Event("change"));
    },
    dropsAnswers: false,
    answersDropped: 0,
  };
  window.renewal = renewal;
  const native = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  if (native === undefined) throw new Error("this browser has no onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    ...native,
    set(this: WebSocket, handler: ((event: MessageEvent) => void) | null) {
      native.set?.call(this, (event: MessageEvent) => {
        const isAnswer = /"type":"media_answer"/.test(String(event.data));
        if (isAnswer && renewal.dropsAnswers) renewal.answersDropped += 1;
        else handler?.call(this, event);
      });
    },
  });
}
