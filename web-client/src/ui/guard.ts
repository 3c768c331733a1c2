/** What guards a person from a screen that changes under their hands. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** A touch meant for the screen before does nothing here; people react more slowly than this. */
const GUARD_MS = 700;

/** True for the first moments of what is shown. */
export function useGuard(): boolean {
  const guarded = useSignal(true);
  useEffect(() => {
    const timer = setTimeout(() => {
      guarded.value = false;
    }, GUARD_MS);
    return () => clearTimeout(timer);
  }, [guarded]);
  return guarded.value;
}

/** True while somebody writes or chooses: the focus must not be taken from them. */
export function isWriting(focused: Element | null): boolean {
  return focused?.matches("textarea, input, select, [contenteditable]") ?? false;
}
