/** The coordinator's board: everything on one page, live, nothing to reload. */
import type { JSX } from "preact";
import type { BoardView, Directory, Message } from "../core/protocol";
import type { ClockSample } from "../core/server-clock";
import type { Texts } from "../core/texts";
import { ConsoleHead } from "../ui/console-head";
import { Frame, LinkNotice } from "../ui/frame";
import type { Page } from "../ui/page";
import { Figures } from "./figures";
import { Active, Queue } from "./live";
import { Interpreters, Tablets } from "./people";
import { SummaryStrip } from "./summary";
import { Today } from "./today";

/** What every part of the board gets. */
export interface Board {
  readonly t: Texts;
  readonly directory: Directory;
  readonly view: BoardView;
  readonly today: Message<"today"> | null;
  readonly clock: readonly ClockSample[];
}

/** The board. */
export function CoordinatorApp({ page }: { page: Page<"coordinator"> }): JSX.Element {
  return <Frame page={page}>{() => <Screen page={page} />}</Frame>;
}

function Screen({ page }: { page: Page<"coordinator"> }): JSX.Element | null {
  const { view, directory, today, clock } = page.state.value;
  const t = page.texts.value;
  if (!view) return null;
  const board: Board = { t, directory, view, today, clock };
  return (
    <>
      <ConsoleHead page={page} title={t("board-title")} detail={directory.service} />
      <main class="board">
        <LinkNotice page={page} />
        <SummaryStrip board={board} />
        <div class="board-columns">
          <div class="board-live">
            <Queue board={board} />
            <Active board={board} />
          </div>
          <div class="board-side">
            <Interpreters board={board} />
            <Tablets board={board} />
          </div>
          <div class="board-rest">
            <Figures board={board} />
            <Today board={board} />
          </div>
        </div>
      </main>
    </>
  );
}
