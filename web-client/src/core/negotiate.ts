/** Media offers over the signalling connection. */
import type { Connection } from "./connection";
import type { Negotiate, TellCamera, TellSight } from "./media/call-media";
import type { Role } from "./protocol";
import { RequestError } from "./requests";
import { isUnseen } from "./standstill";

/** Sends offers through `connection` and brings the answers. */
export function negotiateOver<R extends Role>(connection: Connection<R>): Negotiate {
  return async (call, sdp) => {
    const answer = await connection.request({ type: "media_offer", call, sdp });
    if (answer.type === "media_answer") return answer;
    throw new RequestError("bad_media", "the gateway took the offer without an answer");
  };
}

/** Tells how the camera stands, as far as somebody can be told: a picture is worth no more. */
export function tellCameraOver<R extends Role>(connection: Connection<R>): TellCamera {
  return (call, off, taken) => {
    connection.request({ type: "camera", call, off, taken }).catch((error: unknown) => {
      console.warn(error);
    });
  };
}

/** Tells whether the page's pictures can be seen. */
export function tellSightOver<R extends Role>(connection: Connection<R>): TellSight {
  return (call, shown) => connection.request({ type: "pictures", call, shown });
}

/** Calls `renew` whenever the gateway tells that this page's picture must come in another codec. */
export function onUnseen<R extends Role>(
  connection: Pick<Connection<R>, "state">,
  renew: () => void,
): void {
  connection.state.watch(({ quality, identity }) => {
    if (isUnseen(quality, identity)) renew();
  });
}

/** Calls `returned` whenever the connection is back after it was lost. */
export function onReturn<R extends Role>(
  connection: Pick<Connection<R>, "state">,
  returned: () => void,
): void {
  let wasLost = false;
  connection.state.watch(({ link }) => {
    if (link === "connected" && wasLost) returned();
    if (link === "connected" || link === "reconnecting") wasLost = link === "reconnecting";
  });
}
