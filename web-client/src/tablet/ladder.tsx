/** What a waiting visitor can do instead of waiting: one line of steps, each of them one touch. */
import type { JSX } from "preact";
import { isChanged, type Ladder, ladder, type Rung } from "../core/ladder";
import { languageEntry } from "../core/names";
import type { Mode, TabletPhase } from "../core/protocol";
import { elapsed } from "../core/server-clock";
import { Icon, type IconName, SigningHands } from "../ui/icons";
import { now } from "../ui/signals";
import type { TabletPage } from "./app";
import { TwoTongues } from "./two-tongues";

type Waiting = Extract<TabletPhase, { kind: "waiting" }>;

const WAY_ICON: Record<Exclude<Mode, "sign">, IconName> = {
  spoken_video: "camera",
  spoken_audio: "phone",
  text_relay: "pencil",
  cued_speech: "person",
};

/** The text for a way of being served. */
function wayText(mode: Mode): string {
  return `way-${mode.replaceAll("_", "-")}`;
}

function WayPicture({ mode }: { mode: Mode }): JSX.Element {
  return mode === "sign" ? <SigningHands /> : <Icon name={WAY_ICON[mode]} />;
}

/** How the ladder stands now; drawn again as the wait grows. */
function ladderOf(tablet: TabletPage, phase: Waiting): Ladder {
  const { directory, clock } = tablet.page.state.value;
  const { modes } = languageEntry(directory, phase.language);
  return ladder(phase, modes, elapsed(clock, phase.queued_at, now.value));
}

/** The steps. Quiet at first, said plainly once nobody can answer soon. */
export function WaysOut(props: { tablet: TabletPage; phase: Waiting }): JSX.Element {
  const { tablet, phase } = props;
  const { rungs, plain } = ladderOf(tablet, phase);
  return (
    <section class={`ways ${plain ? "plain" : "quiet"}`} data-testid="ways" data-plain={plain}>
      <h2>
        <TwoTongues tablet={tablet} id="way-title" />
      </h2>
      <ol>
        {rungs.map((rung) => (
          <li key={rung.kind === "mode" ? rung.mode : rung.kind}>
            <Step tablet={tablet} phase={phase} rung={rung} plain={plain} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Step(props: {
  tablet: TabletPage;
  phase: Waiting;
  rung: Rung;
  plain: boolean;
}): JSX.Element {
  const { tablet, phase, rung, plain } = props;
  const { controller } = tablet;
  const { call, language } = phase;
  void tablet.settled.value;
  const converting = tablet.local.value.converting !== null;
  const disabled = converting || tablet.page.state.value.link !== "connected";
  const common = { type: "button" as const, class: "button way", disabled };
  switch (rung.kind) {
    case "mode":
      return (
        <button
          {...common}
          data-testid={`way-${rung.mode}`}
          aria-disabled={controller.undoesWay(rung.mode)}
          onClick={() => void controller.changeMode(call, rung.mode)}
        >
          <WayPicture mode={rung.mode} />
          <Words tablet={tablet} id={wayText(rung.mode)} why={plain && "way-kept"} />
        </button>
      );
    case "callback":
      return (
        <button
          {...common}
          data-testid="call-back"
          aria-busy={converting}
          onClick={() => void controller.wantCallback(call)}
        >
          <Icon name="callBack" />
          <Words tablet={tablet} id="call-back" why={plain && "call-back-why"} />
        </button>
      );
    case "appointment":
      return (
        <button
          {...common}
          data-testid="appointment"
          onClick={() => controller.open({ kind: "booking", language, call })}
        >
          <Icon name="calendar" />
          <Words tablet={tablet} id="appointment" why={plain && "appointment-why"} />
        </button>
      );
  }
}

/** The step by name; plainly also what it means, for the visitor alone. */
function Words(props: { tablet: TabletPage; id: string; why: string | false }): JSX.Element {
  const { tablet, id, why } = props;
  const visitor = tablet.visitor.value;
  return (
    <span class="way-words">
      <TwoTongues tablet={tablet} id={id} />
      {why && (
        <span class="way-why" lang={visitor.locale}>
          {visitor(why)}
        </span>
      )}
    </span>
  );
}

/** After a change of the way: which one, and that the place in the queue is kept. */
export function WayChanged(props: { tablet: TabletPage; phase: Waiting }): JSX.Element | null {
  const { tablet, phase } = props;
  const { modes } = languageEntry(tablet.page.state.value.directory, phase.language);
  if (!isChanged(phase, modes)) return null;
  return (
    <p class="wait-line" role="status" data-testid="way-changed" data-mode={phase.mode}>
      <WayPicture mode={phase.mode} />
      <TwoTongues
        tablet={tablet}
        id="way-changed"
        values={(reader) => ({ way: reader(wayText(phase.mode)) })}
      />
    </p>
  );
}
