/** The coordinator's board: everything on one page, live, nothing to reload. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { type ActionState, BoardActions } from "../core/board-actions";
import { DeviceDesk, type Devices } from "../core/devices";
import type { MediaPicture } from "../core/media/call-media";
import type {
  BoardView,
  CallId,
  CallQuality,
  Counter,
  Directory,
  InterpreterId,
  Message,
} from "../core/protocol";
import type { History } from "../core/quality-history";
import type { ClockSample } from "../core/server-clock";
import type { Texts } from "../core/texts";
import { type Watch, Watching } from "../core/watching";
import { ConsoleFrame } from "../ui/account-sign-in";
import { ConsoleHead } from "../ui/console-head";
import { LinkNotice } from "../ui/frame";
import type { Page } from "../ui/page";
import { RestoredNotice } from "../ui/restored-notice";
import { signalOf } from "../ui/signals";
import { historyOf } from "../ui/sparkline";
import { Active } from "./active";
import { Appointments } from "./appointments";
import { Broadcast } from "./broadcast";
import { Callbacks } from "./callbacks";
import { Counters } from "./counters";
import { Dialogs } from "./dialogs";
import { Figures } from "./figures";
import { HelpAlert } from "./help-alert";
import { Interpreters } from "./interpreters";
import { Queue } from "./queue";
import { SummaryStrip } from "./summary";
import { Tablets } from "./tablets";
import { Today } from "./today";
import { WatchPanel } from "./watch";

/** What the one dialog is about. */
export type Subject =
  | { readonly kind: "call"; readonly call: CallId }
  | { readonly kind: "interpreter"; readonly interpreter: InterpreterId }
  | { readonly kind: "counter"; readonly counter: Counter }
  | { readonly kind: "callback"; readonly callback: CallId }
  | { readonly kind: "appointment"; readonly appointment: CallId }
  | { readonly kind: "tablets" };

/** What every part of the board gets. */
export interface Board {
  readonly t: Texts;
  readonly directory: Directory;
  readonly view: BoardView;
  readonly today: Message<"today"> | null;
  readonly clock: readonly ClockSample[];
  /** How the pictures of all calls arrive, and their last minute. */
  readonly quality: readonly CallQuality[];
  readonly history: ReadonlySignal<History>;
  readonly actions: BoardActions;
  readonly states: ReadonlySignal<ReadonlyMap<string, ActionState>>;
  readonly subject: Signal<Subject | null>;
  /** What is paired as which tablet. */
  readonly desk: DeviceDesk;
  readonly devices: ReadonlySignal<Devices>;
  /** Looking on, in this page. */
  readonly watching: Watching;
  readonly watch: ReadonlySignal<Watch>;
  readonly watched: ReadonlySignal<MediaPicture>;
}

/** The board. */
export function CoordinatorApp({ page }: { page: Page<"coordinator"> }): JSX.Element {
  return <ConsoleFrame page={page}>{() => <Screen page={page} />}</ConsoleFrame>;
}

function Screen({ page }: { page: Page<"coordinator"> }): JSX.Element | null {
  const hand = useMemo(() => {
    const actions = new BoardActions(page.connection);
    const watching = new Watching(page.connection);
    const desk = new DeviceDesk(location.origin);
    return {
      desk,
      devices: signalOf(desk.state),
      actions,
      states: signalOf(actions.states),
      subject: signal<Subject | null>(null),
      watching,
      watch: signalOf(watching.state),
      watched: signalOf(watching.media.picture),
      history: historyOf(() => page.state.value.quality),
    };
  }, [page]);
  const { view, directory, today, clock, quality } = page.state.value;
  const t = page.texts.value;
  if (!view) return null;
  const board: Board = { t, directory, view, today, clock, quality, ...hand };
  return (
    <>
      <ConsoleHead page={page} title={t("board-title")} detail={directory.service} />
      <main class="board">
        <LinkNotice page={page} />
        <RestoredNotice page={page} />
        <HelpAlert board={board} />
        <WatchPanel board={board} />
        <SummaryStrip board={board} />
        <div class="board-columns">
          <div class="board-live">
            <Queue board={board} />
            <Callbacks board={board} />
            <Active board={board} />
            <Appointments board={board} />
          </div>
          <div class="board-side">
            <Interpreters board={board} />
            <Broadcast board={board} />
            <Counters board={board} />
            <Tablets board={board} />
          </div>
          <div class="board-rest">
            <Figures board={board} />
            <Today board={board} />
          </div>
        </div>
      </main>
      <Dialogs board={board} />
    </>
  );
}
