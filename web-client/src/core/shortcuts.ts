/** The console's keyboard: which key does what in which state. Pure; the page carries it out. */
import type { Activity, CallRole } from "./protocol";

/** What a key can do. */
export type Shortcut =
  | "accept"
  | "decline"
  | "toggle_available"
  | "pause"
  | "mute"
  | "camera"
  | "end"
  | "transfer"
  | "invite"
  | "take_over"
  | "end_wrap_up"
  | "extend_wrap_up"
  | "ask_help"
  | "text"
  | "help";

/** A key press, as the browser tells it. */
export interface KeyPress {
  readonly key: string;
  /** The place on the keyboard: on a French one, digits are typed with shift. */
  readonly code: string;
  readonly shift: boolean;
  readonly modified: boolean;
  readonly repeated: boolean;
  /** The focus is on something that uses keys itself: a field, or for Enter and space a button. */
  readonly inField: boolean;
  readonly onButton: boolean;
}

/**
 * What to press for what, as the help shows it. Ending and taking over take two fingers: they
 * cannot be undone.
 */
export const KEYS: readonly { readonly keys: string; readonly does: Shortcut }[] = [
  { keys: "A", does: "toggle_available" },
  { keys: "P", does: "pause" },
  { keys: "↵", does: "accept" },
  { keys: "D", does: "decline" },
  { keys: "M", does: "mute" },
  { keys: "C", does: "camera" },
  { keys: "T", does: "transfer" },
  { keys: "R", does: "invite" },
  { keys: "⇧ R", does: "take_over" },
  { keys: "⇧ E", does: "end" },
  { keys: "W", does: "end_wrap_up" },
  { keys: "X", does: "extend_wrap_up" },
  { keys: "H", does: "ask_help" },
  { keys: "K", does: "text" },
  { keys: "?", does: "help" },
];

/** The digit 1 to 4 of a key, on the row or on the number pad, whatever it types; or null. */
export function digitOf(code: string): number | null {
  const digit = /^(?:Digit|Numpad)([1-4])$/.exec(code)?.[1];
  return digit === undefined ? null : Number(digit);
}

/** What a key press asks for, or null. `role` is the person's in the call. */
export function shortcutFor(
  press: KeyPress,
  activity: Activity["kind"],
  role: CallRole = "lead",
): Shortcut | null {
  if (press.modified || press.repeated || press.inField) return null;
  const ringing = activity === "ringing";
  if (press.key === "?") return ringing ? null : "help";
  if (press.key === "Enter") return ringing && !press.onButton ? "accept" : null;
  if (digitOf(press.code) !== null) return ringing ? "decline" : null;
  // Caps Lock writes capitals without shift, and small letters with it.
  const letter = press.key.toLowerCase();
  const inCall = activity === "active" || activity === "connecting";
  if (press.shift) {
    if (letter === "r") return activity === "active" && role === "relief" ? "take_over" : null;
    return letter === "e" && inCall ? "end" : null;
  }
  const leads = activity === "active" && role === "lead";
  const between = activity === "idle" || activity === "wrap_up";
  switch (letter) {
    case "d":
      return ringing ? "decline" : null;
    case "a":
      return between ? "toggle_available" : null;
    case "p":
      return between ? "pause" : null;
    case "m":
      return inCall ? "mute" : null;
    case "c":
      return inCall ? "camera" : null;
    case "t":
      return leads ? "transfer" : null;
    case "r":
      return leads ? "invite" : null;
    case "w":
      return activity === "wrap_up" ? "end_wrap_up" : null;
    case "x":
      return activity === "wrap_up" ? "extend_wrap_up" : null;
    case "h":
      return ringing ? null : "ask_help";
    case "k":
      return activity === "active" ? "text" : null;
    default:
      return null;
  }
}
