/** Carries out the console's shortcuts. */
import type { DeclineReason } from "../core/protocol";
import { digitOf, type Shortcut, shortcutFor } from "../core/shortcuts";
import type { Console } from "./app";

/** The reasons with a key of their own, 1 to 4, in the order of the list. */
export const REASONS: readonly DeclineReason[] = [
  "not_qualified",
  "knows_the_person",
  "tired",
  "technical",
];

/** Listens until the returned function is called. */
export function followKeys(desk: Console): () => void {
  const listener = (event: KeyboardEvent) => {
    // Single letters and digits can be switched off; Enter and the dialog's own Escape stay.
    if (!desk.keysOn.value && event.key !== "Enter") return;
    // Hung up: the screen has no call any more, though the picture still does.
    if (desk.local.value.leaving !== null) return;
    // A dialog has the keyboard; only the list of shortcuts is closed by its own key.
    const { value: dialog } = desk.dialog;
    if (dialog !== null && !(dialog === "keys" && event.key === "?")) return;
    const target = event.target instanceof Element ? event.target : null;
    const activity = desk.page.state.value.view?.activity ?? { kind: "idle" };
    const shortcut = shortcutFor(
      {
        key: event.key,
        code: event.code,
        shift: event.shiftKey,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        repeated: event.repeat,
        inField: target?.matches("input, textarea, select, [contenteditable]") ?? false,
        onButton: target?.matches("button, a, summary") ?? false,
      },
      activity.kind,
      activity.kind === "active" ? activity.role : "lead",
    );
    if (!shortcut) return;
    event.preventDefault();
    carryOut(desk, shortcut, digitOf(event.code));
  };
  document.addEventListener("keydown", listener);
  return () => document.removeEventListener("keydown", listener);
}

function carryOut(desk: Console, shortcut: Shortcut, digit: number | null): void {
  const { controller } = desk;
  const { view } = desk.page.state.value;
  switch (shortcut) {
    case "accept":
      void controller.accept();
      break;
    case "decline":
      void controller.decline(REASONS[(digit ?? 0) - 1] ?? "other");
      break;
    case "toggle_available":
      void controller.setAvailable(view?.availability !== "available");
      break;
    case "pause":
      desk.pausing.value = !desk.pausing.value;
      break;
    case "mute":
      controller.media.setMuted(!desk.media.value.muted);
      break;
    case "camera":
      controller.media.setCameraOff(!desk.media.value.cameraOff);
      break;
    case "end":
      controller.end();
      break;
    case "end_wrap_up":
      void controller.endWrapUp();
      break;
    case "extend_wrap_up":
      void controller.extendWrapUp();
      break;
    case "transfer":
      desk.dialog.value = "transfer";
      break;
    case "invite":
      desk.dialog.value = "invite";
      break;
    case "take_over":
      void controller.takeOver();
      break;
    case "text":
      desk.writing.value = !desk.writing.value;
      break;
    case "ask_help":
      desk.dialog.value = "help";
      break;
    case "help":
      desk.dialog.value = desk.dialog.value === "keys" ? null : "keys";
      break;
  }
}
