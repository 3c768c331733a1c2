/**
 * One peer connection to the gateway: our camera and microphone up, the other side's down, beside it
 * what further people in the call send, and a channel for text. The gateway is ICE-lite and answers
 * completely, so that one offer and one answer are all there is.
 */
import type { LanguageMode } from "../protocol";
import { TEXT_CHANNEL } from "./text-channel";

/** Enough for 720p30 of a signing person; more only fills queues on a town hall's line. */
const VIDEO_BITS_PER_SECOND_MAX = 2_500_000;

/**
 * A picture for several people, the smallest first: the gateway sends each of them the largest that
 * their line carries. The limits are what libwebrtc itself gives these sizes (`simulcast.cc`). Each
 * is a stream of its own: without a word Chromium would put those of VP9 into one (`scalabilityMode`).
 */
const LAYERS: readonly (RTCRtpEncodingParameters & { scalabilityMode: string })[] = [
  { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 200_000, scalabilityMode: "L1T1" },
  { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 700_000, scalabilityMode: "L1T1" },
  {
    rid: "f",
    scaleResolutionDownBy: 1,
    maxBitrate: VIDEO_BITS_PER_SECOND_MAX,
    scalabilityMode: "L1T1",
  },
];

/** The sections of one side, in their order. */
const KINDS = ["audio", "video"] as const;

/**
 * What the gateway carries. Offers name nothing else: in Chromium they are a third as long, and the
 * gateway reads one between two packets of everybody's.
 */
const CARRIED: readonly string[] = [
  "audio/opus",
  "audio/red",
  "video/vp8",
  "video/h264",
  "video/vp9",
  "video/av1",
  "video/rtx",
];

/** Of these in one form only, which a browser names by all of these parameters. */
const FORMS: Readonly<Record<string, readonly string[]>> = {
  "video/h264": ["packetization-mode=1", "profile-level-id=42e0"],
  "video/vp9": ["profile-id=0"],
  "video/av1": ["profile=0"],
};

/** What shows nothing by itself. */
const REPAIRS: readonly string[] = ["video/rtx", "video/red", "video/ulpfec"];

/** Codecs that this browser agreed to and could not show, for the life of the page. */
const avoided = new Set<string>();

/** Does without a codec from the next offer on; false where no other is left for pictures. */
export function avoidCodec(mimeType: string): boolean {
  const wanted = mimeType.toLowerCase();
  const left = carried("video").filter((codec) => {
    const name = codec.mimeType.toLowerCase();
    return name !== wanted && !REPAIRS.includes(name);
  });
  if (left.length > 0) avoided.add(wanted);
  return left.length > 0;
}

/** What the owner of a peer is told. */
export interface PeerListener {
  /** A track of the other side. */
  onTrack(track: MediaStreamTrack): void;
  /** A track of a further place, from 0; muted until somebody is there. */
  onFurtherTrack(place: number, track: MediaStreamTrack): void;
  /** A relay could not be used, by the browser's code for why. */
  onRelayError(url: string, code: number): void;
  /** The state of the connection. */
  onState(state: RTCPeerConnectionState): void;
}

/** What a connection is for. */
export interface PeerPlan {
  readonly mode: LanguageMode;
  /** People who can be seen and heard. */
  readonly people: number;
  /** Our picture can be sent in layers (`sendInLayers`). */
  readonly layered: boolean;
  /** What the way up is known to carry, in bits a second; null: nothing is known. */
  readonly startBps: number | null;
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
  { mode, people, layered, startBps, relays }: PeerPlan,
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
    peer.onicecandidateerror = ({ url, errorCode }) => listener.onRelayError(url, errorCode);
    peer.onconnectionstatechange = () => listener.onState(peer.connectionState);
    // One section of each kind, also without a device of that kind: we still want to receive it.
    // Then it is receive-only, so that the gateway does not wait for a picture that never comes.
    for (const kind of KINDS) {
      const track = local.getTracks().find((candidate) => candidate.kind === kind);
      // Tells the encoder of a signed talk to give up sharpness before movement.
      if (track?.kind === "video") track.contentHint = mode === "signed" ? "motion" : "";
      const direction = track ? "sendrecv" : "recvonly";
      const init: RTCRtpTransceiverInit = { direction, streams: [local] };
      // A copy: browsers keep what they are given.
      if (layered && track?.kind === "video")
        init.sendEncodings = LAYERS.map((one) => ({ ...one }));
      nameOnlyCarried(kind, peer.addTransceiver(track ?? kind, init));
    }
    // Offered in every call, so that nobody's picture is interrupted when somebody joins, and so
    // that people can write when the picture fails.
    for (let person = 1; person < people; person += 1) {
      for (const kind of KINDS) {
        nameOnlyCarried(kind, peer.addTransceiver(kind, { direction: "recvonly" }));
      }
    }
    const text = peer.createDataChannel(TEXT_CHANNEL, { ordered: true, protocol: TEXT_CHANNEL });
    await peer.setLocalDescription(await peer.createOffer());
    await limitVideo(peer, mode);
    // Not awaiting candidates: an ICE-lite server learns ours from our own checks.
    const sdp = await negotiate(peer.localDescription?.sdp ?? "");
    await peer.setRemoteDescription({ type: "answer", sdp: startingAt(sdp, startBps) });
    if (layered) await sendWholeUnlessLayered(peer);
    return { peer, text };
  } catch (error) {
    closePeer(peer);
    throw error;
  }
}

/** A browser that cannot choose names everything it has, which does no harm. */
function nameOnlyCarried(kind: string, section: RTCRtpTransceiver): void {
  const codecs = carried(kind);
  if (codecs.length > 0) section.setCodecPreferences?.(codecs);
}

/** What both the gateway and this browser know, but for what cannot be shown here. */
function carried(kind: string): RTCRtpCodec[] {
  const known = globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs ?? [];
  return known.filter(({ mimeType, sdpFmtpLine }) => {
    const name = mimeType.toLowerCase();
    const fits = !sdpFmtpLine || (FORMS[name] ?? []).every((part) => sdpFmtpLine.includes(part));
    return CARRIED.includes(name) && fits && !avoided.has(name);
  });
}

/**
 * An answer that lets the picture begin at a known rate instead of the 300 kb/s that Chromium takes
 * every new way for (libwebrtc, `kStartBitrateBps`), of which it is some ten seconds to recover.
 * Others do not know the parameter, and so do not mind it (RFC 8866 §6.15).
 */
export function startingAt(sdp: string, bps: number | null): string {
  if (bps === null) return sdp;
  const kbps = Math.round(Math.min(bps, VIDEO_BITS_PER_SECOND_MAX) / 1000);
  const [head = "", ...sections] = sdp.split(/^(?=m=)/m);
  const hinted = sections.map((section) =>
    section.startsWith("m=video") ? hint(section) : section,
  );
  return head + hinted.join("");

  function hint(section: string): string {
    return section.replace(
      /^a=rtpmap:(\d+) (?!rtx\/)\S+\r\n(a=fmtp:\1 [^\r]*)?/gm,
      (line, type: string, format?: string) => {
        const parameter = `x-google-start-bitrate=${kbps}`;
        return format ? `${line};${parameter}` : `${line}a=fmtp:${type} ${parameter}\r\n`;
      },
    );
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

/**
 * Sends a layered picture in all its layers, or in the largest alone: for one other person the
 * browser fits that one better than any choice of ours.
 */
export async function sendInLayers(peer: RTCPeerConnection, all: boolean): Promise<void> {
  const sender = pictureSender(peer);
  const parameters = sender?.getParameters();
  if (!sender || !parameters || parameters.encodings.length < 2) return;
  const largest = LAYERS.at(-1)?.rid;
  for (const encoding of parameters.encodings) encoding.active = all || encoding.rid === largest;
  await sender.setParameters(parameters).catch((error: unknown) => console.warn(error));
}

/** Where layers were refused, a browser sends the first alone: that is to be the whole picture. */
async function sendWholeUnlessLayered(peer: RTCPeerConnection): Promise<void> {
  const sender = pictureSender(peer);
  const parameters = sender?.getParameters();
  const [only, second] = parameters?.encodings ?? [];
  if (!sender || !parameters || !only || second) return;
  only.scaleResolutionDownBy = 1;
  only.maxBitrate = VIDEO_BITS_PER_SECOND_MAX;
  await sender.setParameters(parameters).catch((error: unknown) => console.warn(error));
}

/** What sends our picture, if we send one. */
function pictureSender(peer: RTCPeerConnection): RTCRtpSender | undefined {
  const section = peer.getTransceivers().find((one) => one.receiver.track.kind === "video");
  return section?.sender.track ? section.sender : undefined;
}

async function limitVideo(peer: RTCPeerConnection, mode: LanguageMode): Promise<void> {
  const sender = pictureSender(peer);
  if (!sender) return;
  const parameters = sender.getParameters() as RTCRtpSendParameters & {
    degradationPreference?: string;
  };
  // A signed talk keeps its frames and gives up pixels; a spoken one may do either.
  parameters.degradationPreference = mode === "signed" ? "maintain-framerate" : "balanced";
  for (const encoding of parameters.encodings) encoding.maxBitrate ??= VIDEO_BITS_PER_SECOND_MAX;
  // A browser that refuses the hint still makes the call, with its own choice.
  await sender.setParameters(parameters).catch((error: unknown) => console.warn(error));
}
