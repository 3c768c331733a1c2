/** Looking at the pictures of a call, for as long as its screen is there. */
import { useEffect, useMemo } from "preact/hooks";
import type { CallMedia } from "../core/media/call-media";
import { CameraWatch } from "../core/media/camera-watch";
import { DecodeWatch } from "../core/media/decode-watch";
import type { Looks } from "../core/standstill";
import { useCell } from "./text-panel";

/** What looks at the pictures, and what it has seen of the main one. */
export function useCameraWatch(media: CallMedia): { watch: CameraWatch; looks: Looks } {
  const watch = useMemo(() => new CameraWatch(media), [media]);
  const decoding = useMemo(() => new DecodeWatch(media), [media]);
  useEffect(decoding.begin, [decoding]);
  const black = useCell(watch.otherBlack);
  const unreadable = useCell(decoding.unreadable);
  return { watch, looks: { black, unreadable } };
}
