/**
 * Camera and microphone, each opened for a moment: nothing of them is sent anywhere, and whoever
 * touches the tablet meanwhile has them at once.
 */
import { AUDIO, closeDevices, deviceProblem, VIDEO } from "../media/devices";
import { Glance, isBlack } from "../media/light";
import { deviceFault, type Fault } from "./faults";
import { passed } from "./passed";

/** A camera shows its first light within this time; from sleep it takes the longest. */
const LIGHT_MS_MAX = 4_000;

/** Between two looks. */
const LOOK_MS = 100;

/** A track that is muted by fault stays so. */
const SOUND_MS_MAX = 1_500;

const KIND = {
  camera: { kind: "videoinput", wanted: { video: VIDEO } },
  microphone: { kind: "audioinput", wanted: { audio: AUDIO } },
} as const;

/** Both, one after the other. `asked`: somebody stands there who can answer the browser's question. */
export async function testDevices(signal: AbortSignal, asked: boolean): Promise<Fault[]> {
  const devices = globalThis.navigator?.mediaDevices;
  if (!devices?.getUserMedia) return ["devices_insecure"];
  const faults: Fault[] = [];
  for (const device of ["camera", "microphone"] as const) {
    const fault = await testDevice(devices, device, signal, asked);
    signal.throwIfAborted();
    if (fault) faults.push(fault);
  }
  return faults;
}

async function testDevice(
  devices: MediaDevices,
  device: "camera" | "microphone",
  signal: AbortSignal,
  asked: boolean,
): Promise<Fault | null> {
  const { kind, wanted } = KIND[device];
  // No question may stand on a tablet that nobody looks at. Where nobody can know, none is asked.
  const state = await navigator.permissions
    ?.query({ name: device as PermissionName })
    .then((status) => status.state)
    .catch(() => "prompt");
  if (state === "denied") return `${device}_denied`;
  const list = await devices.enumerateDevices().catch(() => null);
  if (list && !list.some((one) => one.kind === kind)) return `${device}_missing`;
  if (state !== "granted" && !asked) return `${device}_unasked`;
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia(wanted);
  } catch (error) {
    console.warn(error);
    return deviceFault(device, deviceProblem(error instanceof Error ? error.name : ""));
  }
  const close = () => closeDevices(stream);
  signal.addEventListener("abort", close);
  try {
    signal.throwIfAborted();
    const [track] = stream.getTracks();
    if (!track) return `${device}_failed`;
    return device === "camera"
      ? await lookThrough(stream, track, signal)
      : await listenTo(track, signal);
  } finally {
    signal.removeEventListener("abort", close);
    close();
  }
}

async function lookThrough(
  stream: MediaStream,
  track: MediaStreamTrack,
  signal: AbortSignal,
): Promise<Fault | null> {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const glance = new Glance();
  let saw = false;
  try {
    // Refused only where the page is being left.
    await video.play().catch((error: unknown) => console.warn(error));
    for (let waited = 0; waited < LIGHT_MS_MAX; waited += LOOK_MS) {
      const light = glance.at(video);
      if (light && !isBlack(light)) return null;
      saw ||= light !== null;
      await passed(LOOK_MS, signal);
    }
    // Where no page may look, frames are all there is to see.
    const shows = video.videoWidth > 0 && video.currentTime > 0;
    if (track.muted || track.readyState === "ended" || !shows) return "camera_silent";
    return saw ? "camera_black" : null;
  } finally {
    video.srcObject = null;
  }
}

async function listenTo(track: MediaStreamTrack, signal: AbortSignal): Promise<Fault | null> {
  for (let waited = 0; waited < SOUND_MS_MAX; waited += LOOK_MS) {
    if (!track.muted && track.readyState === "live") return null;
    await passed(LOOK_MS, signal);
  }
  return "microphone_silent";
}
