/** Times that run on the board. Only these small pieces are drawn again four times a second. */
import type { JSX } from "preact";
import { waitLevel } from "../core/board";
import type { Timestamp } from "../core/protocol";
import { clockFace, elapsed } from "../core/server-clock";
import { now } from "../ui/signals";
import type { Board } from "./app";

/** The time since a moment of the server. */
export function Since(props: { board: Board; moment: Timestamp }): JSX.Element {
  return (
    <span class="numbers">{clockFace(elapsed(props.board.clock, props.moment, now.value))}</span>
  );
}

/** A running wait, marked by words and bars when it gets long, never by colour alone. */
export function Wait(props: { board: Board; queuedAt: Timestamp }): JSX.Element {
  const { board } = props;
  const wait = elapsed(board.clock, props.queuedAt, now.value);
  const level = waitLevel(wait);
  return (
    <span class={`wait-mark level-${level}`} data-level={level}>
      <span class="numbers wait-time">{clockFace(wait)}</span>
      <span class="wait-bars" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {level > 0 && <span class="wait-words">{board.t(`wait-mark-${level}`)}</span>}
    </span>
  );
}
