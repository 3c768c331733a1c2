/** Who else is in the call: one line each, always in sight, with what the visitor may do about it. */
import type { JSX } from "preact";
import type { GuestState, ObserverView, TabletPhase } from "../core/protocol";
import { Icon } from "../ui/icons";
import { requestText } from "../ui/problems";
import type { TabletPage } from "./app";
import { openGuestPanel } from "./panels";
import { TwoTongues } from "./two-tongues";

type Active = Extract<TabletPhase, { kind: "active" }>;

/** The lines. The region is always there, so that whoever does not see it is told. */
export function CompanyLines(props: {
  tablet: TabletPage;
  phase: Active;
  /** The third party was seen and sends nothing any more. */
  silent: boolean;
}): JSX.Element {
  const { tablet, phase, silent } = props;
  const { observer, guest } = phase;
  return (
    <>
      <Refusal tablet={tablet} />
      <div class="company" role="status">
        {observer && observer.state !== "asked" && (
          <ObserverLine tablet={tablet} phase={phase} state={observer.state} />
        )}
        {guest && <GuestLine tablet={tablet} phase={phase} guest={guest} silent={silent} />}
      </div>
    </>
  );
}

/** What was asked for here and not carried out; the panel with the link tells of the link. */
function Refusal({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { refused } = tablet.companyState.value;
  if (!refused) return null;
  if (refused.request === "invite_guest" && tablet.panel.value === "guest") return null;
  return (
    <p class="notice alarm" role="alert" data-testid="company-refused">
      <Icon name="alert" />
      <span>{tablet.page.texts.value(requestText(refused.problem))}</span>
    </p>
  );
}

function ObserverLine(props: {
  tablet: TabletPage;
  phase: Active;
  state: Exclude<ObserverView["state"], "asked">;
}): JSX.Element {
  const { tablet, phase, state } = props;
  return (
    <div class="company-line watched" data-testid="observer" data-state={state}>
      <Icon name="eye" />
      <TwoTongues tablet={tablet} id={OBSERVER_TEXT[state]} />
      <button
        type="button"
        class="button"
        data-testid="observer-stop"
        disabled={tablet.companyState.value.pending.includes("consent")}
        onClick={() => void tablet.company.consent(phase.call, false)}
      >
        <Icon name="eye" off />
        <TwoTongues tablet={tablet} id="observer-stop" />
      </button>
    </div>
  );
}

const OBSERVER_TEXT = {
  connecting: "observer-connecting",
  there: "observer-there",
} as const;

const GUEST_TEXT = {
  invited: "guest-invited",
  connecting: "guest-connecting",
  there: "guest-there",
  lost: "guest-lost",
} as const;

function GuestLine(props: {
  tablet: TabletPage;
  phase: Active;
  guest: GuestState;
  silent: boolean;
}): JSX.Element {
  const { tablet, phase, guest } = props;
  const silent = props.silent && guest.state === "there";
  const away = silent || guest.state === "lost";
  return (
    <div class="company-line" data-testid="guest" data-state={guest.state} data-silent={silent}>
      <Icon name={away ? "alert" : "person"} />
      <TwoTongues tablet={tablet} id={silent ? "guest-silent" : GUEST_TEXT[guest.state]} />
      {guest.state === "invited" && tablet.panel.value !== "guest" && (
        <button
          type="button"
          class="button"
          data-testid="show-link"
          onClick={() => openGuestPanel(tablet, phase)}
        >
          <TwoTongues tablet={tablet} id="guest-show" />
        </button>
      )}
      <button
        type="button"
        class="button"
        data-testid="remove-guest"
        disabled={tablet.companyState.value.pending.includes("remove_guest")}
        onClick={() => void tablet.company.remove(phase.call)}
      >
        <TwoTongues tablet={tablet} id="guest-remove" />
      </button>
    </div>
  );
}
