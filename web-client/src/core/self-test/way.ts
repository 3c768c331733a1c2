/**
 * The way to the gateway and back: a made picture (never the camera's) goes there as in a call, by
 * UDP, else TCP, else a relay, and is sent back by a client inside the gateway.
 */
import { type Diagnosis, diagnose, type Findings, readReport, remember } from "../media/diagnose";
import { DIRECT_MS_MAX, Ladder } from "../media/ladder";
import type { RelayServer } from "../protocol";
import { drawDot, HEIGHT, judge, ROUND_MS, type Sight, type Sights, seenAt, WIDTH } from "./dot";
import { type Found, networkFault } from "./faults";
import { passed } from "./passed";

/** The gateway's part; tests bring their own. */
export interface EchoGateway {
  /** Answers an offer whose picture comes back. */
  echo(sdp: string): Promise<{ readonly sdp: string; readonly relays: readonly RelayServer[] }>;
}

/** Frames drawn a second, as many as a signed talk needs. */
const FRAMES_PER_SECOND = 25;

/** Frames a second below which movement is not seen as such any more. The law asks 20 of a call. */
const FRAMES_MIN = 15;

/** A tenth of what a call may take: a test is not to be noticed by those in one. */
const BITS_PER_SECOND_MAX = 250_000;

/** No way opens later than this, each with its own patience (`diagnose`). */
const OPEN_MS_MAX = 8_000;

/** Between two looks at a connection that is not up. */
const LOOK_MS = 250;

/** The first picture comes with the first keyframe. */
const FIRST_MS_MAX = 3_000;

/** Pictures are counted for a time and a half round. */
const COUNTED_MS = ROUND_MS * 1.5;

/** The whole of it. */
export async function testWay(
  gateway: EchoGateway,
  signal: AbortSignal,
): Promise<Omit<Found, "faults"> & { readonly fault: Found["faults"][number] | null }> {
  const nothing = { way: null, opened_ms: null, frames_in_10: null, delay_ms: null };
  const pattern = new Pattern();
  let line: Line | null = null;
  // At once, in the same turn as the touch.
  const stop = () => {
    line?.close();
    pattern.stop();
  };
  signal.addEventListener("abort", stop);
  try {
    const began = performance.now();
    const ladder = new Ladder();
    let diagnosis: Diagnosis | null = null;
    for (;;) {
      line = new Line(pattern.stream, ladder);
      diagnosis = await open(line, gateway, ladder, diagnosis, signal);
      if (diagnosis.verdict === "up" || !ladder.climb()) break;
      line.close();
    }
    if (diagnosis.verdict !== "up") return { ...nothing, fault: networkFault(diagnosis) };
    const opened_ms = Math.round(performance.now() - began);
    const sights = await watch(line.arrived, signal);
    return {
      way: diagnosis.way,
      opened_ms,
      frames_in_10: sights.framesIn10,
      delay_ms: sights.delayMs,
      fault: pictureFault(sights),
    };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}

function pictureFault({ seen, moves, framesIn10 }: Sights): Found["faults"][number] | null {
  if (!seen) return "picture_none";
  if (!moves) return "picture_still";
  return framesIn10 < FRAMES_MIN * 10 ? "picture_slow" : null;
}

/** Opens a connection by the ways of the rung, and says what came of it. */
async function open(
  line: Line,
  gateway: EchoGateway,
  ladder: Ladder,
  before: Diagnosis | null,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const began = performance.now();
  ladder.note(await line.offer(gateway));
  const patience = ladder.tried.tried ? OPEN_MS_MAX : DIRECT_MS_MAX;
  for (;;) {
    signal.throwIfAborted();
    const elapsedMs = performance.now() - began;
    const diagnosis = remember(before, diagnose(await line.findings(elapsedMs)));
    // The way is known as soon as the browser has chosen one.
    if (diagnosis.verdict === "up" && diagnosis.way !== null) return diagnosis;
    if (elapsedMs >= patience || diagnosis.verdict === "blocked") return diagnosis;
    await passed(LOOK_MS, signal);
  }
}

/** Looks at what comes back. */
async function watch(arrived: Promise<MediaStream>, signal: AbortSignal): Promise<Sights> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const board = canvas.getContext("2d", { willReadFrequently: true });
  const sights: Sight[] = [];
  let watching = true;
  let shown = -1;
  // Firefox before 132 tells of no frames; there the clock of the video does.
  const next = () =>
    "requestVideoFrameCallback" in video
      ? video.requestVideoFrameCallback(look)
      : setTimeout(look, 1000 / FRAMES_PER_SECOND / 2);
  const look = () => {
    if (!watching || !board) return;
    next();
    if (video.currentTime === shown) return;
    shown = video.currentTime;
    const at = performance.now();
    board.drawImage(video, 0, 0, WIDTH, HEIGHT);
    sights.push({ at, drawn: seenAt(board.getImageData(0, 0, WIDTH, HEIGHT).data) });
  };
  try {
    const stream = await Promise.race([arrived, passed(FIRST_MS_MAX, signal).then(() => null)]);
    if (!stream) return judge([], COUNTED_MS);
    video.srcObject = stream;
    video.play().catch((error: unknown) => console.warn(error));
    next();
    for (let waited = 0; sights.length === 0 && waited < FIRST_MS_MAX; waited += LOOK_MS) {
      await passed(LOOK_MS, signal);
    }
    sights.length = 0;
    await passed(COUNTED_MS, signal);
    return judge(sights, COUNTED_MS);
  } finally {
    watching = false;
    video.srcObject = null;
  }
}

/** The made picture as a camera would give it. */
class Pattern {
  readonly stream: MediaStream;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [WIDTH, HEIGHT];
    const board = canvas.getContext("2d");
    const draw = () => board && drawDot(board, performance.now());
    draw();
    this.stream = canvas.captureStream(FRAMES_PER_SECOND);
    this.#timer = setInterval(draw, 1000 / FRAMES_PER_SECOND);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const track of this.stream.getTracks()) track.stop();
  }
}

/** One connection. */
class Line {
  readonly #peer: RTCPeerConnection;
  readonly #ladder: Ladder;
  #answered = false;
  /** What comes back, once it does. */
  readonly arrived: Promise<MediaStream>;

  constructor(picture: MediaStream, ladder: Ladder) {
    this.#ladder = ladder;
    this.#peer = new RTCPeerConnection({ bundlePolicy: "max-bundle", iceServers: ladder.relays });
    this.#peer.onicecandidateerror = ({ url, errorCode }) => ladder.failed(url, errorCode);
    const [track] = picture.getVideoTracks();
    const section = this.#peer.addTransceiver(track ?? "video", {
      direction: "sendrecv",
      streams: [picture],
      sendEncodings: [{ maxBitrate: BITS_PER_SECOND_MAX }],
    });
    // What every browser and the gateway's own client have (RFC 7742 §5).
    const known = RTCRtpReceiver.getCapabilities?.("video")?.codecs ?? [];
    section.setCodecPreferences?.(known.filter(({ mimeType }) => /\/(vp8|rtx)$/i.test(mimeType)));
    this.arrived = new Promise((resolve) => {
      this.#peer.ontrack = ({ track: back }) => {
        const found = () => resolve(new MediaStream([back]));
        if (back.muted) back.addEventListener("unmute", found, { once: true });
        else found();
      };
    });
  }

  /** Connects: resolves with the relays there are, once the answer is applied. */
  async offer(gateway: EchoGateway): Promise<readonly RelayServer[]> {
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    const { sdp, relays } = await gateway.echo(this.#peer.localDescription?.sdp ?? "");
    await this.#peer.setRemoteDescription({ type: "answer", sdp });
    this.#answered = true;
    return relays;
  }

  /** What is known of it. */
  async findings(elapsedMs: number): Promise<Findings> {
    const report = await this.#peer.getStats();
    const { reached, ...read } = readReport(report as ReadonlyMap<string, Record<string, unknown>>);
    return {
      ...read,
      elapsedMs,
      signalling: true,
      answered: this.#answered,
      up: this.#peer.connectionState === "connected",
      relays: { ...this.#ladder.tried, reached },
    };
  }

  close(): void {
    this.#peer.close();
  }
}
