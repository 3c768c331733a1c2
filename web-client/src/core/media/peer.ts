/**
 * One peer connection to the gateway: our camera and microphone up, the other side's down, and beside
 * it what everybody else sends, each in a place of their own. The gateway is ICE-lite and answers
 * completely, so that one offer and one answer are all there is.
 */
import type { LanguageMode } from "../protocol";

/** Enough for 720p30 of a signing person; more only fills queues on a town hall's line. */
const VIDEO_BITS_PER_SECOND_MAX = 2_500_000;

/** The sections of one side, in their order. */
const KINDS = ["audio", "video"] as const;

/**
 * Places beside the main one, in the gateway's order: for a coordinator, who sees everybody, those of
 * the lead, a colleague and a third party. The others see one less, and the last stays empty.
 */
export const PLACES = 3;

/** What the owner of a peer is told. */
export interface PeerListener {
  /** A track of the other side. */
  onTrack(track: MediaStreamTrack): void;
  /** A track of one of the further places, counted from 0; muted until there is somebody. */
  onPlaceTrack(place: number, track: MediaStreamTrack): void;
  /** The state of the connection. */
  onState(state: RTCPeerConnectionState): void;
}

/** Builds the connection and its offer, gets the answer, applies it. Closes it when that fails. */
export async function connectPeer(
  local: MediaStream,
  mode: LanguageMode,
  negotiate: (sdp: string) => Promise<string>,
  listener: PeerListener,
): Promise<RTCPeerConnection> {
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  try {
    peer.ontrack = ({ track, transceiver }) => {
      const place = placeOf(peer, transceiver);
      if (place === null) onceItFlows(track, () => listener.onTrack(track));
      else listener.onPlaceTrack(place, track);
    };
    peer.onconnectionstatechange = () => listener.onState(peer.connectionState);
    // One section of each kind, also without a device of that kind: we still want to receive it.
    // Then it is receive-only, so that the gateway does not wait for a picture that never comes.
    for (const kind of KINDS) {
      const track = local.getTracks().find((candidate) => candidate.kind === kind);
      // Tells the encoder of a signed talk to give up sharpness before movement.
      if (track?.kind === "video") track.contentHint = mode === "signed" ? "motion" : "";
      const direction = track ? "sendrecv" : "recvonly";
      peer.addTransceiver(track ?? kind, { direction, streams: [local] });
    }
    // Offered in every call, so that nobody's picture is interrupted when somebody joins.
    for (let place = 0; place < PLACES; place += 1) {
      for (const kind of KINDS) peer.addTransceiver(kind, { direction: "recvonly" });
    }
    await peer.setLocalDescription(await peer.createOffer());
    await limitVideo(peer, mode);
    // Not awaiting candidates: an ICE-lite server learns ours from our own checks.
    const sdp = await negotiate(peer.localDescription?.sdp ?? "");
    await peer.setRemoteDescription({ type: "answer", sdp });
    return peer;
  } catch (error) {
    closePeer(peer);
    throw error;
  }
}

/**
 * A picture counts from its first packet on. Before, its track would hold up a player: Chromium lets
 * nobody be heard in an element whose picture has not begun, so a side without a camera stayed silent.
 */
function onceItFlows(track: MediaStreamTrack, flows: () => void): void {
  if (track.kind === "video" && track.muted)
    track.addEventListener("unmute", flows, { once: true });
  else flows();
}

/** The tracks of the connection's further places, behind those of the main one. */
export function placeTracks(peer: RTCPeerConnection): MediaStreamTrack[] {
  return peer
    .getTransceivers()
    .slice(KINDS.length)
    .map(({ receiver }) => receiver.track);
}

/** The further place a section belongs to, counted from 0; null for the main one. */
function placeOf(peer: RTCPeerConnection, transceiver: RTCRtpTransceiver): number | null {
  const section = peer.getTransceivers().indexOf(transceiver);
  return section < KINDS.length ? null : Math.floor(section / KINDS.length) - 1;
}

/** Closes the connection without further word from it. Local tracks stay alive. */
export function closePeer(peer: RTCPeerConnection | null): void {
  if (!peer) return;
  peer.ontrack = null;
  peer.onconnectionstatechange = null;
  peer.close();
}

async function limitVideo(peer: RTCPeerConnection, mode: LanguageMode): Promise<void> {
  const sender = peer.getTransceivers().find((one) => one.receiver.track.kind === "video")?.sender;
  if (!sender?.track) return;
  const parameters = sender.getParameters() as RTCRtpSendParameters & {
    degradationPreference?: string;
  };
  // A signed talk keeps its frames and gives up pixels; a spoken one may do either.
  parameters.degradationPreference = mode === "signed" ? "maintain-framerate" : "balanced";
  for (const encoding of parameters.encodings) encoding.maxBitrate = VIDEO_BITS_PER_SECOND_MAX;
  // A browser that refuses the hint still makes the call, with its own choice.
  await sender.setParameters(parameters).catch((error: unknown) => console.warn(error));
}
