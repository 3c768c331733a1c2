/**
 * The pictograms, drawn for this project on a 24-unit grid with one stroke width. They stand beside
 * words for staff and in place of words for a visitor who does not read.
 */
import type { ComponentChildren, JSX } from "preact";

const PATHS = {
  mic: "M12 3.5a2.6 2.6 0 0 0-2.6 2.6v5.2a2.6 2.6 0 0 0 5.2 0V6.1A2.6 2.6 0 0 0 12 3.5ZM6 11.3a6 6 0 0 0 12 0M12 17.3v3.2M9 20.5h6",
  camera:
    "M4.5 6.5h8.6a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H4.5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM15.1 10.8l5-3.3a.9.9 0 0 1 1.4.8v7.4a.9.9 0 0 1-1.4.8l-5-3.3",
  hangUp:
    "M3.2 14.4c-.5-2 .8-3.9 2.7-4.8a14.6 14.6 0 0 1 12.2 0c1.9.9 3.2 2.8 2.7 4.8l-.2.8a1 1 0 0 1-1.2.7l-3-.7a1 1 0 0 1-.8-1v-2a12.3 12.3 0 0 0-7.2 0v2a1 1 0 0 1-.8 1l-3 .7a1 1 0 0 1-1.2-.7Z",
  phone:
    "M6.6 3.5h2.2l1.5 4.2-2 1.6a12.5 12.5 0 0 0 6.4 6.4l1.6-2 4.2 1.5v2.2a2.6 2.6 0 0 1-2.7 2.6C10.5 19.6 4.4 13.5 4 6.2a2.6 2.6 0 0 1 2.6-2.7Z",
  cross: "M6 6l12 12M18 6 6 18",
  check: "M4.5 12.5l5 5 10-11",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM12 7.5V12l3.2 2",
  person: "M12 12.2a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  speech:
    "M4.5 5h15a1.5 1.5 0 0 1 1.5 1.5v8.5a1.5 1.5 0 0 1-1.5 1.5H12l-4.5 4v-4h-3A1.5 1.5 0 0 1 3 15V6.5A1.5 1.5 0 0 1 4.5 5Z",
  notRecorded: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17ZM6 6l12 12",
  alert: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17v.1",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15L6 16.5ZM10 20.5h4",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  sound: "M4 9.5v5h3.5l5 4v-13l-5 4H4ZM16 9a4.2 4.2 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  question: "M9 9.2a3.1 3.1 0 1 1 4.6 2.7c-1 .6-1.6 1.2-1.6 2.6M12 17.7v.1",
  again: "M5 12a7 7 0 1 1 2.2 5.1M5 12V7.5M5 12l3.5-1.5",
  grid: "M4 4h6.5v6.5H4ZM13.5 4H20v6.5h-6.5ZM4 13.5h6.5V20H4ZM13.5 13.5H20V20h-6.5Z",
  away: "M19.5 14.5A8 8 0 1 1 9.5 4.5a6.5 6.5 0 0 0 10 10Z",
  pin: "M12 21s6.5-6 6.5-11a6.5 6.5 0 1 0-13 0c0 5 6.5 11 6.5 11ZM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6Z",
  more: "M5 12v.1M12 12v.1M19 12v.1",
  leave: "M10 4.5H5.5a1 1 0 0 0-1 1v13a1 1 0 0 0 1 1H10M14.5 8l4 4-4 4M18.5 12H9",
  lock: "M7.5 10.5V8a4.5 4.5 0 0 1 9 0v2.5M5.5 10.5h13v10h-13ZM12 14.5v2.5",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.3 15.3l5.2 5.2M10.5 7.5v6M7.5 10.5h6",
  hourglass: "M6.5 3.5h11M6.5 20.5h11M8 3.5v3.6L12 12l4-4.9V3.5M8 20.5v-3.6L12 12l4 4.9v3.6",
  callBack:
    "M3.5 19.5h17M5 19.5v-2a7 7 0 0 1 14 0v2M12 10.5v-2M10 8.5h4M4.5 7.5l1.5 1.4M19.5 7.5 18 8.9M12 3.5v2",
  eye: "M2.5 12s3.5-6.5 9.5-6.5 9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12ZM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z",
  addPerson:
    "M9.5 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM2.5 20a7 7 0 0 1 14 0M19 7.5v6M16 10.5h6",
  copy: "M9 8.5h10.5v12H9ZM15 8.5v-5H4.5v12H9",
  enlarge: "M14 4h6v6M10 20H4v-6M20 4l-6.5 6.5M4 20l6.5-6.5",
  keyboard: "M3 6.5h18v11H3ZM6.5 10v.1M10 10v.1M14 10v.1M17.5 10v.1M6.5 13v.1M17.5 13v.1M9 14h6",
  newLine: "M19.5 5v6a2.5 2.5 0 0 1-2.5 2.5H5M9 9l-4.5 4.5L9 18",
  calendar: "M4.5 5.5h15v15h-15ZM4.5 10h15M8.5 3v4.5M15.5 3v4.5M8.5 14h2.5M8.5 17h2.5M14.5 14H15",
  point:
    "M9.5 13.5V4.9a1.6 1.6 0 0 1 3.2 0v6l4.6.8a2 2 0 0 1 1.7 2.2l-.6 4.1a3 3 0 0 1-3 2.5h-3.6a3 3 0 0 1-2.4-1.2l-4-5.3a1.5 1.5 0 0 1 2.2-2l1.9 1.5Z",
  print:
    "M7 8.5V3.5h10v5M7 17H4.5a1 1 0 0 1-1-1V9.5a1 1 0 0 1 1-1h15a1 1 0 0 1 1 1V16a1 1 0 0 1-1 1H17M7 13.5h10v7H7Z",
  photo:
    "M4 7.5h3.5L9 5h6l1.5 2.5H20a1 1 0 0 1 1 1v9.5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8.5a1 1 0 0 1 1-1ZM12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z",
  pencil:
    "M4.5 19.5l1-4.2L16.6 4.2a1.6 1.6 0 0 1 2.3 0l.9.9a1.6 1.6 0 0 1 0 2.3L8.7 18.5ZM14.5 6.3l3.2 3.2",
  erase: "M8.5 5.5h11v13h-11L3 12ZM11.5 9.5l5 5M16.5 9.5l-5 5",
  tablet: "M5.5 3.5h13v17h-13ZM10.5 17.5h3",
  swap: "M4 8.5h15.5L16 5M20 15.5H4.5L8 19",
} as const;

/** The name of a pictogram. */
export type IconName = keyof typeof PATHS;

/** A pictogram. Decoration beside a word; never the only carrier of a meaning for staff. */
export function Icon({ name, off = false }: { name: IconName; off?: boolean }): JSX.Element {
  return (
    <Drawing>
      <path d={PATHS[name]} />
      {off && <path class="icon-slash" d="M3.5 3.5l17 17" />}
    </Drawing>
  );
}

function Drawing({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

/** One open hand: palm, four fingers, thumb; drawn around its wrist at the origin, pointing up. */
function Hand(): JSX.Element {
  return (
    <g>
      <path class="hand-palm" d="M-7 -3 Q-8 -13 -6.5 -16 H7 Q8 -12 6 -3 Q4 2 -1 2 Q-5 2 -7 -3Z" />
      <path class="hand-finger" d="M-5.2 -15 L-7.6 -26" />
      <path class="hand-finger" d="M-1.2 -16 L-2 -29" />
      <path class="hand-finger" d="M2.8 -16 L3.6 -28" />
      <path class="hand-finger" d="M6 -14.5 L9 -23.5" />
      <path class="hand-finger" d="M-6 -5 L-13.5 -12.5" />
    </g>
  );
}

/** Two signing hands passing one another: the pictogram of sign language. */
export function SigningHands(): JSX.Element {
  return (
    <svg class="signing-hands" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <g transform="translate(22 41) rotate(-14)">
        <Hand />
      </g>
      <g transform="translate(43 25) rotate(166)">
        <Hand />
      </g>
      <path class="hand-motion" d="M35 5 q7 -1 11 4" />
      <path class="hand-motion" d="M29 60 q-7 1 -11 -4" />
    </svg>
  );
}

/** The mark of the project: a footbridge. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M3 22 Q16 6 29 22" />
      <path d="M3 25.5 H29" />
      <path d="M9.5 25.5 V16.8 M16 25.5 V14 M22.5 25.5 V16.8" />
    </svg>
  );
}
