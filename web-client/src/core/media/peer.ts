/**
 * One peer connection to the gateway: our camera and microphone up, the other side's down, beside it
 * what further people in the call send, and a channel for text. The gateway is ICE-lite and answers
 * completely, so that one offer and one answer are all there is.
 */
import type { LanguageMode } from "../protocol";
import { TEXT_CHANNEL } from "./text-channel";

/** Enough for 720p30 of a signing person; more only fills queues on a town hall's line. */
const VIDEO_BITS_PER_SECOND_MAX = 2_500_000;

/** The sections of one side, in their order. */
const KINDS = ["audio", "video"] as const;

/**
 * What the gateway carries. Offers name nothing else: in Chromium they are a third as long, and the
 * gateway reads one between two packets of everybody's.
 */
const CARRIED: readonly string[] = ["audio/opus", "video/vp8", "video/rtx"];

/** What the owner of a peer is told. */
export interface PeerListener {
  /** A track of the other side. */
  onTrack(track: MediaStreamTrack): void;
  /** A track of a further place, from 0; muted until somebody is there. */
  onFurtherTrack(place: number, track: MediaStreamTrack): void;
  /** The state of the connection. */
  onState(state: RTCPeerConnectionState): void;
}

/** What a connection is for. */
export interface PeerPlan {
  readonly mode: LanguageMode;
  /** People who can be seen and heard. */
  readonly people: number;
  /** Who may carry media beside the direct ways. */
  readonly relays: RTCIceServer[];
}

/** A connection and its text channel. */
export interface ConnectedPeer {
  readonly peer: RTCPeerConnection;
  readonly text: RTCDataChannel;
}

/** Builds the connection and its offer, gets the answer, applies it. Closes it when that fails. */
export async function connectPeer(
  local: MediaStream,
  { mode, people, relays }: PeerPlan,
  negotiate: (sdp: string) => Promise<string>,
  listener: PeerListener,
): Promise<ConnectedPeer> {
  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: relays });
  try {
    peer.ontrack = ({ track, transceiver }) => {
      const place = placeOf(peer, transceiver);
      if (place >= 0) listener.onFurtherTrack(place, track);
      else onceItFlows(track, () => listener.onTrack(track));
    };
    peer.onconnectionstatechange = () => listener.onState(peer.connectionState);
    // One section of each kind, also without a device of that kind: we still want to receive it.
    // Then it is receive-only, so that the gateway does not wait for a picture that never comes.
    for (const kind of KINDS) {
      const track = local.getTracks().find((candidate) => candidate.kind === kind);
      // Tells the encoder of a signed talk to give up sharpness before movement.
      if (track?.kind === "video") track.contentHint = mode === "signed" ? "motion" : "";
      const direction = track ? "sendrecv" : "recvonly";
      nameOnlyCarried(kind, peer.addTransceiver(track ?? kind, { direction, streams: [local] }));
    }
    // Offered in every call, so that nobody's picture is interrupted when somebody joins, and so
    // that people can write when the picture fails.
    for (let person = 1; person < people; person += 1) {
      for (const kind of KINDS) {
        nameOnlyCarried(kind, peer.addTransceiver(kind, { direction: "recvonly" }));
      }
    }
    const text = peer.createDataChannel(TEXT_CHANNEL);
    await peer.setLocalDescription(await peer.createOffer());
    await limitVideo(peer, mode);
    // Not awaiting candidates: an ICE-lite server learns ours from our own checks.
    const sdp = await negotiate(peer.localDescription?.sdp ?? "");
    await peer.setRemoteDescription({ type: "answer", sdp });
    return { peer, text };
  } catch (error) {
    closePeer(peer);
    throw error;
  }
}

/** A browser that cannot choose names everything it has, which does no harm. */
function nameOnlyCarried(kind: string, section: RTCRtpTransceiver): void {
  const known = globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs ?? [];
  const carried = known.filter(({ mimeType }) => CARRIED.includes(mimeType.toLowerCase()));
  if (carried.length > 0) section.setCodecPreferences?.(carried);
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
export function furtherTracks(peer: RTCPeerConnection): MediaStreamTrack[] {
  return peer
    .getTransceivers()
    .slice(KINDS.length)
    .map(({ receiver }) => receiver.track);
}

/** The further place a section belongs to, from 0; negative for the main one. */
function placeOf(peer: RTCPeerConnection, transceiver: RTCRtpTransceiver): number {
  return Math.floor(peer.getTransceivers().indexOf(transceiver) / KINDS.length) - 1;
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
