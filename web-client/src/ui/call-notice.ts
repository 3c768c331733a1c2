/** How the one thing that is wrong in a call looks: its sign, and whether it is only said calmly. */
import type { IconName } from "./icons";

/** The look of a notice. */
export interface NoticeLook {
  readonly icon: IconName;
  readonly off: boolean;
  readonly calm: boolean;
}

/** The look of the notice with this text. */
export function noticeLook(id: string): NoticeLook {
  switch (id) {
    case "connecting":
    case "joining":
      return { icon: "phone", off: false, calm: true };
    case "other-camera-off":
      return { icon: "camera", off: true, calm: true };
    case "self-still-camera":
      return { icon: "camera", off: true, calm: false };
    default:
      return { icon: "alert", off: false, calm: false };
  }
}
