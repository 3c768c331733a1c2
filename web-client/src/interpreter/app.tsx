/** The interpreter console: status and devices, the ring above all, the call, the time after it. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Agenda, type AgendaState } from "../core/agenda";
import { CompanyDesk, type CompanyState } from "../core/company";
import { type ConsoleLocal, InterpreterController } from "../core/interpreter-controller";
import type { MediaPicture } from "../core/media/call-media";
import type { Diagnosis } from "../core/media/diagnose";
import { NetworkWatch } from "../core/media/network-watch";
import { interpreterName } from "../core/names";
import type { ViewOf } from "../core/protocol";
import type { History } from "../core/quality-history";
import { ConsoleFrame } from "../ui/account-sign-in";
import { ConsoleHead } from "../ui/console-head";
import { Icon } from "../ui/icons";
import type { Page } from "../ui/page";
import { RestoredNotice } from "../ui/restored-notice";
import { signalOf } from "../ui/signals";
import { historyOf } from "../ui/sparkline";
import { CallScreen } from "./call";
import { Dialogs } from "./dialogs";
import { Idle } from "./idle";
import { followKeys } from "./keys";
import { Notices } from "./notices";
import { Ring } from "./ring";
import { followTitle } from "./title";
import { Leaving, WrapUp } from "./wrap-up";

/** What every part of the console gets. */
export interface Console {
  readonly page: Page<"interpreter">;
  readonly controller: InterpreterController;
  readonly local: ReadonlySignal<ConsoleLocal>;
  readonly media: ReadonlySignal<MediaPicture>;
  /** How media gets through the network here, in this call or the last. */
  readonly network: ReadonlySignal<Diagnosis | null>;
  /** The last minute of the pictures. */
  readonly history: ReadonlySignal<History>;
  /** Who else may be in the call. */
  readonly company: CompanyDesk<"interpreter">;
  readonly companyState: ReadonlySignal<CompanyState>;
  /**
   * The dialog that is open: the shortcuts, a request for help, another language, a
   * colleague.
   */
  readonly dialog: Signal<"keys" | "help" | "transfer" | "invite" | null>;
  /** The text of the call is shown. */
  readonly writing: Signal<boolean>;
  /** The reasons for a pause are shown. */
  readonly pausing: Signal<boolean>;
  /** Appointments, taken and given back. */
  readonly agenda: Agenda;
  readonly agendaState: ReadonlySignal<AgendaState>;
  /** Single keys act (WCAG 2.1.4: they can be switched off). */
  readonly keysOn: Signal<boolean>;
}

/** The console. */
export function InterpreterApp({ page }: { page: Page<"interpreter"> }): JSX.Element {
  const desk = useMemo(() => build(page), [page]);
  useEffect(() => followKeys(desk), [desk]);
  useEffect(() => followTitle(desk), [desk]);
  return <ConsoleFrame page={page}>{() => <Screens desk={desk} />}</ConsoleFrame>;
}

function build(page: Page<"interpreter">): Console {
  const controller = new InterpreterController(page.connection);
  const isLinked = () => page.state.peek().link === "connected";
  const network = new NetworkWatch(controller.media, isLinked);
  const company = new CompanyDesk(page.connection, location.origin);
  const agenda = new Agenda(page.connection);
  return {
    page,
    controller,
    company,
    companyState: signalOf(company.state),
    local: signalOf(controller.local),
    media: signalOf(controller.media.picture),
    network: signalOf(network.diagnosis),
    history: historyOf(() => page.state.value.quality),
    agenda,
    agendaState: signalOf(agenda.state),
    dialog: signal(null),
    writing: signal(false),
    pausing: signal(false),
    keysOn: signal(true),
  };
}

function Screens({ desk }: { desk: Console }): JSX.Element | null {
  const { view } = desk.page.state.value;
  if (!view) return null;
  const { activity } = view;
  const inCall = activity.kind === "active" || activity.kind === "connecting";
  if (inCall && activity.call === desk.local.value.leaving) return <Leaving desk={desk} />;
  return (
    <>
      {inCall ? (
        <CallScreen desk={desk} activity={activity} view={view} />
      ) : (
        <Desk desk={desk} view={view} />
      )}
      <Dialogs desk={desk} view={view} />
    </>
  );
}

/** Between calls, with the ring above. */
function Desk({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const { activity } = view;
  return (
    <>
      <Head desk={desk} />
      <main>
        <div class="console-main" inert={activity.kind === "ringing"}>
          <RestoredNotice page={desk.page} />
          <Notices desk={desk} />
          {activity.kind === "wrap_up" ? (
            <WrapUp desk={desk} activity={activity} view={view} />
          ) : (
            <Idle desk={desk} view={view} />
          )}
        </div>
        {activity.kind === "ringing" && (
          <Ring key={activity.offer} desk={desk} activity={activity} />
        )}
      </main>
    </>
  );
}

function Head({ desk }: { desk: Console }): JSX.Element {
  const { page } = desk;
  const t = page.texts.value;
  const { identity, directory, view } = page.state.value;
  const name =
    identity?.role === "interpreter" ? interpreterName(directory, identity.interpreter) : "";
  return (
    <ConsoleHead
      page={page}
      title={t("console-title")}
      detail={`${name} · ${directory.service}`}
      inert={view?.activity.kind === "ringing"}
    >
      <button
        type="button"
        class="button quiet"
        data-testid="ask-help"
        onClick={() => {
          desk.dialog.value = "help";
        }}
      >
        <Icon name="bell" />
        {t("help-ask-short")}
      </button>
      <button
        type="button"
        class="button quiet"
        data-testid="help"
        aria-label={t("help")}
        onClick={() => {
          desk.dialog.value = "keys";
        }}
      >
        <Icon name="question" />
      </button>
    </ConsoleHead>
  );
}

/** The picture of the console. */
export type InterpreterPicture = ViewOf<"interpreter">;
