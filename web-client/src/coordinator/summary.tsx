/** The line of numbers on top: read from across the room. */
import type { ComponentChildren, JSX } from "preact";
import { summary, totalOf } from "../core/board";
import type { Board } from "./app";
import { Since } from "./since";

/** Five numbers, each with what it is measured against. */
export function SummaryStrip({ board }: { board: Board }): JSX.Element {
  const { t, today } = board;
  const sum = summary(board.view);
  const figures = today?.figures ?? [];
  return (
    <dl class="summary">
      <Tile name={t("sum-waiting")} value={sum.waiting} alert={sum.waiting > 0}>
        {sum.oldestQueuedAt === null ? (
          t("sum-none")
        ) : (
          <Oldest board={board} moment={sum.oldestQueuedAt} />
        )}
      </Tile>
      <Tile name={t("sum-in-call")} value={sum.inCall} />
      <Tile name={t("sum-available")} value={sum.available}>
        {t("sum-present", { count: sum.present })}
        {sum.held > 0 && <span data-testid="sum-held">, {t("sum-held", { count: sum.held })}</span>}
      </Tile>
      <Tile name={t("sum-tablets")} value={sum.tabletsConnected}>
        {t("sum-tablets-all", { count: sum.tablets })}
      </Tile>
      <Tile name={t("sum-answered")} value={totalOf(figures, "answered")}>
        {t("sum-answered-all", { count: totalOf(figures, "calls") })}
      </Tile>
    </dl>
  );
}

function Oldest(props: { board: Board; moment: number }): JSX.Element {
  // The time runs by itself, so the sentence is split around it.
  const [before, after] = props.board.t("sum-oldest", { time: "\u0000" }).split("\u0000");
  return (
    <>
      {before}
      <Since board={props.board} moment={props.moment} />
      {after}
    </>
  );
}

function Tile(props: {
  name: string;
  value: number;
  alert?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  return (
    <div class={`panel tile ${props.alert ? "alert" : ""}`}>
      <dt>{props.name}</dt>
      <dd>
        <span class="tile-value numbers">{props.value}</span>
        <span class="tile-detail">{props.children}</span>
      </dd>
    </div>
  );
}
