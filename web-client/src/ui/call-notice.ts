/** How the one thing that is wrong in a call looks: its sign, and whether it is only said calmly. */
import type { IconName } from "./icons";

/** The look of a notice. */
export interface NoticeLook {
  readonly icon: IconName;
  readonly off: boolean;
  readonly calm: boolean;
  /** Stands in place of the main picture, which shows nothing that is true. */
  readonly cover: boolean;
}

/** The look of the notice with this text. */
export function noticeLook(id: string): NoticeLook {
  switch (id) {
    case "connecting":
    case "joining":
      return { icon: "phone", off: false, calm: true, cover: false };
    case "other-camera-off":
      return { icon: "camera", off: true, calm: true, cover: false };
    case "self-still-camera":
      return { icon: "camera", off: true, calm: false, cover: false };
    case "other-still":
    case "other-black":
    case "other-unreadable":
    case "no-frames":
      return { icon: "camera", off: true, calm: true, cover: true };
    default:
      return { icon: "alert", off: false, calm: false, cover: false };
  }
}
