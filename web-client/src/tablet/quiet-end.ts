/** Screens that somebody opened and walked away from close by themselves. */
import { useEffect, useRef } from "preact/hooks";

/** Without a touch for this long nobody stands there any more. */
export const QUIET_MS = 120_000;

/** Runs `end` once nothing was touched for a while. */
export function useQuietEnd(end: () => void, after = QUIET_MS): void {
  const newest = useRef(end);
  newest.current = end;
  useEffect(() => {
    let timer = setTimeout(() => newest.current(), after);
    const touched = () => {
      clearTimeout(timer);
      timer = setTimeout(() => newest.current(), after);
    };
    const gestures = ["pointerdown", "keydown", "wheel"];
    for (const gesture of gestures) document.addEventListener(gesture, touched, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const gesture of gestures) document.removeEventListener(gesture, touched);
    };
  }, [after]);
}
