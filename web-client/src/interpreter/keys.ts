/** Carries out the console's shortcuts. */
import type { DeclineReason } from "../core/protocol";
import { type Shortcut, shortcutFor } from "../core/shortcuts";
import type { Console } from "./app";

/** The reasons in the order of the keys 1 to 5 and of the list. */
export const REASONS: readonly DeclineReason[] = [
  "not_qualified",
  "knows_the_person",
  "tired",
  "technical",
  "other",
];

/** Listens until the returned function is called. */
export function followKeys(desk: Console): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      desk.helping.value = false;
      desk.declining.value = false;
      return;
    }
    if (!desk.keysOn.value && event.key !== "Enter") return;
    if (declineByNumber(desk, event)) return;
    const target = event.target instanceof Element ? event.target : null;
    const shortcut = shortcutFor(
      {
        key: event.key,
        modified: event.ctrlKey || event.altKey || event.metaKey,
        repeated: event.repeat,
        inField: target?.matches("input, textarea, select, [contenteditable]") ?? false,
        onButton: target?.matches("button, a, summary") ?? false,
      },
      desk.page.state.value.view?.activity.kind ?? "idle",
    );
    if (!shortcut) return;
    event.preventDefault();
    carryOut(desk, shortcut);
  };
  document.addEventListener("keydown", listener);
  return () => document.removeEventListener("keydown", listener);
}

function declineByNumber(desk: Console, event: KeyboardEvent): boolean {
  if (!desk.declining.value || event.ctrlKey || event.altKey || event.metaKey) return false;
  const reason = REASONS[Number.parseInt(event.key, 10) - 1];
  if (!reason) return false;
  desk.declining.value = false;
  void desk.controller.decline(reason);
  return true;
}

function carryOut(desk: Console, shortcut: Shortcut): void {
  const { controller } = desk;
  const { view } = desk.page.state.value;
  switch (shortcut) {
    case "accept":
      void controller.accept();
      break;
    case "decline":
      desk.declining.value = true;
      break;
    case "toggle_available":
      void controller.setAvailable(view?.availability !== "available");
      break;
    case "mute":
      controller.media.setMuted(!desk.media.value.muted);
      break;
    case "camera":
      controller.media.setCameraOff(!desk.media.value.cameraOff);
      break;
    case "end":
      void controller.end();
      break;
    case "end_wrap_up":
      void controller.endWrapUp();
      break;
    case "help":
      desk.helping.value = !desk.helping.value;
      break;
  }
}
