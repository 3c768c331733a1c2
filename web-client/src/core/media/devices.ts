/**
 * Camera and microphone: asked for together, released together, and every way this fails given a
 * name that the screens can explain.
 */
import type { LanguageMode } from "../protocol";

/** What is wrong with the devices, in terms of what a person can do about it. */
export type DeviceProblem =
  | "denied" // the browser or the system forbids it: allow it in the settings
  | "no_camera" // needed for signing, none found: connect one
  | "no_microphone" // needed for speaking, none found: connect one
  | "no_devices" // neither found
  | "in_use" // another program holds it: close that program
  | "insecure" // the page was opened over plain HTTP: open it over HTTPS
  | "failed"; // anything else: reload, restart

/** Devices that could not be opened. */
export class DeviceError extends Error {
  readonly problem: DeviceProblem;

  constructor(problem: DeviceProblem, message: string) {
    super(message);
    this.name = "DeviceError";
    this.problem = problem;
  }
}

/** 720p at 30 frames per second where the camera can; frame rate is what a signed talk lives on. */
export const VIDEO: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 30 },
  facingMode: "user",
};

/** What makes a voice clear in a hall. */
export const AUDIO: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** Names the problem behind what `getUserMedia` throws. */
export function deviceProblem(name: string): DeviceProblem {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
    case "PermissionDeniedError":
      return "denied";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "no_devices";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "in_use";
    default:
      return "failed";
  }
}

/** What a language cannot do without: a signed one the camera, a spoken one the microphone. */
export function missingFor(mode: LanguageMode): DeviceProblem {
  return mode === "signed" ? "no_camera" : "no_microphone";
}

/**
 * Opens camera and microphone. When only one of them exists and the language can do with it, the
 * call goes on with that one: better a voice without a picture than no interpreter.
 */
export async function openDevices(
  mode: LanguageMode,
  devices: MediaDevices | undefined = globalThis.navigator?.mediaDevices,
): Promise<MediaStream> {
  if (!devices) throw new DeviceError("insecure", "media devices need a secure context");
  try {
    return await devices.getUserMedia({ audio: AUDIO, video: VIDEO });
  } catch (error) {
    const problem = deviceProblem(errorName(error));
    if (problem !== "no_devices") throw new DeviceError(problem, String(error));
  }
  return mode === "signed"
    ? openOnly(devices, { video: VIDEO }, "no_camera")
    : openOnly(devices, { audio: AUDIO }, "no_microphone");
}

/** Opens the microphone alone, for a call that has no picture: the camera's light stays off. */
export async function openMicrophone(
  devices: MediaDevices | undefined = globalThis.navigator?.mediaDevices,
): Promise<MediaStream> {
  if (!devices) throw new DeviceError("insecure", "media devices need a secure context");
  return openOnly(devices, { audio: AUDIO }, "no_microphone");
}

/** Opens what there is and may be opened, if only nothing: for a conversation in writing. */
export async function openWhatIsThere(
  devices: MediaDevices | undefined = globalThis.navigator?.mediaDevices,
): Promise<MediaStream> {
  for (const wanted of [{ audio: AUDIO, video: VIDEO }, { video: VIDEO }, { audio: AUDIO }]) {
    const stream = await devices?.getUserMedia(wanted).catch((error: unknown) => {
      console.warn(error);
      return null;
    });
    if (stream) return stream;
  }
  return new MediaStream();
}

async function openOnly(
  devices: MediaDevices,
  wanted: MediaStreamConstraints,
  missing: DeviceProblem,
): Promise<MediaStream> {
  try {
    return await devices.getUserMedia(wanted);
  } catch (error) {
    const problem = deviceProblem(errorName(error));
    throw new DeviceError(problem === "no_devices" ? missing : problem, String(error));
  }
}

/** Whether opening would be refused for sure, found without opening: no call is placed in vain. */
export async function foreseenProblem(mode: LanguageMode): Promise<DeviceProblem | null> {
  const devices = globalThis.navigator?.mediaDevices;
  if (!devices) return "insecure";
  const needed = mode === "signed" ? "camera" : "microphone";
  // Firefox and Safari may not know these names; then opening itself will tell.
  const state = await navigator.permissions
    ?.query({ name: needed as PermissionName })
    .then((status) => status.state)
    .catch(() => "prompt");
  if (state === "denied") return "denied";
  const kind = mode === "signed" ? "videoinput" : "audioinput";
  const list = await devices.enumerateDevices().catch(() => null);
  return list && !list.some((device) => device.kind === kind) ? missingFor(mode) : null;
}

/** Stops every track; the camera light goes off. */
export function closeDevices(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Stops the camera and takes it out of the stream; the microphone goes on. */
export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getVideoTracks()) {
    track.stop();
    stream.removeTrack(track);
  }
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}
