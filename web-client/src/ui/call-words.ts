/** How the consoles show a mode, name a certification, and in which order they offer pauses. */
import type { Certification, Mode, PauseReason } from "../core/protocol";
import type { Texts } from "../core/texts";
import type { IconName } from "./icons";

/** The pictogram of each mode. */
export const MODE_ICON: Record<Mode, IconName> = {
  sign: "person",
  spoken_video: "camera",
  spoken_audio: "phone",
  text_relay: "speech",
  cued_speech: "person",
};

/** Certifications with a translated name; a service may name others, which are shown as they are. */
const KNOWN: readonly Certification[] = ["medical", "legal"];

/** The name of a certification. */
export function certificationName(t: Texts, certification: Certification): string {
  return KNOWN.includes(certification) ? t(`certification-${certification}`) : certification;
}

/** The reasons for a pause, the most frequent first. */
export const PAUSES: readonly PauseReason[] = [
  "break",
  "meal",
  "rest",
  "meeting",
  "technical",
  "other",
];
