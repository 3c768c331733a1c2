/** What a call wants of a page's media: which devices, and whether it may be connected. */
import type { CallId, LanguageMode } from "../protocol";
import { openDevices, openMicrophone, openWhatIsThere } from "./devices";

/** The call the gateway's picture shows, and whether media may be connected now. */
export interface MediaTarget {
  readonly call: CallId;
  readonly mode: LanguageMode;
  readonly join: boolean;
  /** What people write in on this page (BCP 47), when not in the page's own language. */
  readonly writesIn?: string;
  /** A voice alone: the camera is closed and no picture is sent. */
  readonly audioOnly?: boolean;
  /** In writing: picture and sound are sent if they are there, and missed by nobody. */
  readonly written?: boolean;
  /** Comes as a third person to a conversation of two. */
  readonly joinsOthers?: boolean;
  /** Watches and listens only: no device is opened and nothing is sent. */
  readonly watching?: boolean;
}

/** Which devices a call needs. */
export type Wanted = Pick<MediaTarget, "mode" | "audioOnly" | "written" | "watching">;

/** True when a stream lacks what the call cannot do without. */
export function isMissed(stream: MediaStream, { mode, audioOnly }: Wanted): boolean {
  const signed = mode === "signed" && !audioOnly;
  return (signed ? stream.getVideoTracks() : stream.getAudioTracks()).length === 0;
}

/** Opens them. */
export function openWanted({ mode, audioOnly, written }: Wanted): Promise<MediaStream> {
  if (written) return openWhatIsThere();
  return audioOnly ? openMicrophone() : openDevices(mode);
}
