/** The console's keyboard: which key does what in which state. Pure; the page carries it out. */
import type { Activity } from "./protocol";

/** What a key can do. */
export type Shortcut =
  | "accept"
  | "decline"
  | "toggle_available"
  | "mute"
  | "camera"
  | "end"
  | "end_wrap_up"
  | "help";

/** A key press, as the browser tells it. */
export interface KeyPress {
  readonly key: string;
  readonly modified: boolean;
  readonly repeated: boolean;
  /** The focus is on something that uses keys itself: a field, or for Enter and space a button. */
  readonly inField: boolean;
  readonly onButton: boolean;
}

/** What to press for what, as the help shows it. Ending takes two fingers: it cannot be undone. */
export const KEYS: readonly { readonly keys: string; readonly does: Shortcut }[] = [
  { keys: "A", does: "toggle_available" },
  { keys: "↵", does: "accept" },
  { keys: "D", does: "decline" },
  { keys: "M", does: "mute" },
  { keys: "C", does: "camera" },
  { keys: "⇧ E", does: "end" },
  { keys: "W", does: "end_wrap_up" },
  { keys: "?", does: "help" },
];

/** What a key press asks for, or null. */
export function shortcutFor(press: KeyPress, activity: Activity["kind"]): Shortcut | null {
  if (press.modified || press.repeated || press.inField) return null;
  if (press.key === "?") return "help";
  const inCall = activity === "active" || activity === "connecting";
  switch (press.key) {
    case "Enter":
      return activity === "ringing" && !press.onButton ? "accept" : null;
    case "d":
    case "1":
    case "2":
    case "3":
    case "4":
      return activity === "ringing" ? "decline" : null;
    case "a":
      return activity === "idle" || activity === "wrap_up" ? "toggle_available" : null;
    case "m":
      return inCall ? "mute" : null;
    case "c":
      return inCall ? "camera" : null;
    case "E":
      return inCall ? "end" : null;
    case "w":
      return activity === "wrap_up" ? "end_wrap_up" : null;
    default:
      return null;
  }
}
