/** What stands beside the pictures of a call: the coordinator's question, the text, the link for somebody else. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { usable } from "../core/company";
import type { TabletPhase, Timestamp } from "../core/protocol";
import { clockFace, remaining } from "../core/server-clock";
import type { TextLog } from "../core/text-log";
import { isWriting, useGuard } from "../ui/guard";
import { LinkCard } from "../ui/guest-link";
import { Icon } from "../ui/icons";
import { now } from "../ui/signals";
import type { CallPanel, TabletPage } from "./app";
import { WritingPanel } from "./text";
import { TwoTongues, visitorLabel } from "./two-tongues";

type Active = Extract<TabletPhase, { kind: "active" }>;

/** The one panel there is room for: the question before everything else, and above a written talk. */
export function Panels(props: {
  tablet: TabletPage;
  phase: Active;
  log: TextLog | null;
}): JSX.Element {
  const { tablet, phase, log } = props;
  const invites = mayInvite(phase);
  useEffect(() => {
    // Somebody has come by the link; when they leave, nobody has asked for the panel again.
    if (!invites && tablet.panel.peek() === "guest") tablet.panel.value = usualPanel(phase);
  }, [tablet, phase, invites]);
  const question = phase.observer?.state === "asked" ? phase.observer : null;
  const panel = tablet.panel.value;
  const room = question === null;
  const written = phase.mode === "text_relay";
  return (
    <div class="call-panels">
      {question && (
        <JoinQuestion key={phase.call} tablet={tablet} phase={phase} until={question.until} />
      )}
      {room && panel === "guest" && invites && <GuestPanel tablet={tablet} phase={phase} />}
      {/* Always the same child, so that the line somebody is writing stays under their hands. */}
      {(room || written) && panel === "text" && log && (
        <WritingPanel tablet={tablet} phase={phase} log={log} />
      )}
    </div>
  );
}

/**
 * May a coordinator look on? Two answers of the same weight, and no answer means no. The pictures stay
 * beside it, so that visitor and interpreter can talk about it.
 */
function JoinQuestion(props: { tablet: TabletPage; phase: Active; until: Timestamp }): JSX.Element {
  const { tablet, phase, until } = props;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Not on an answer: a finger or key on its way elsewhere would give it.
    if (!isWriting(document.activeElement)) title.current?.focus();
  }, []);
  const guarded = useGuard();
  const waits = guarded || tablet.companyState.value.pending.includes("consent");
  return (
    <section
      class="call-panel join-question"
      role="alertdialog"
      aria-labelledby="join-title"
      aria-describedby="join-text"
      data-testid="join-question"
    >
      <span class="join-signs" aria-hidden="true">
        <Icon name="eye" />
        <Icon name="mic" off />
        <Icon name="notRecorded" />
      </span>
      <h2 ref={title} id="join-title" tabIndex={-1}>
        <TwoTongues tablet={tablet} id="join-title" />
      </h2>
      <div id="join-text" class="join-text">
        <TwoTongues tablet={tablet} id="join-text" />
        <TwoTongues tablet={tablet} id="join-free" />
      </div>
      <div class="join-answers">
        <button
          type="button"
          class="button join-answer"
          data-testid="consent-yes"
          disabled={waits}
          onClick={() => void tablet.company.consent(phase.call, true)}
        >
          <Icon name="check" />
          <TwoTongues tablet={tablet} id="join-yes" />
        </button>
        <button
          type="button"
          class="button join-answer"
          data-testid="consent-no"
          disabled={waits}
          onClick={() => void tablet.company.consent(phase.call, false)}
        >
          <Icon name="cross" />
          <TwoTongues tablet={tablet} id="join-no" />
        </button>
      </div>
      <TimeLeft tablet={tablet} until={until} />
    </section>
  );
}

/** How long there is to answer: a line that becomes shorter, and the same in words. */
function TimeLeft({ tablet, until }: { tablet: TabletPage; until: Timestamp }): JSX.Element {
  const left = remaining(tablet.page.state.value.clock, until, now.value);
  // The whole time is not told; what there was at first is the whole of the line.
  const whole = useRef(Math.max(1, left));
  const share = Math.min(1, left / whole.current);
  return (
    <div class="join-left" role="timer" aria-live="off">
      <span class="join-bar" style={`--left: ${share}`} aria-hidden="true" />
      <TwoTongues tablet={tablet} id="join-left" values={{ seconds: Math.ceil(left / 1000) }} />
    </div>
  );
}

function mayInvite({ guest }: Active): boolean {
  return guest === null || guest.state === "invited";
}

/** Opens the panel; a link is made at once only where none was given that it would make useless. */
export function openGuestPanel(tablet: TabletPage, phase: Active): void {
  tablet.panel.value = "guest";
  if (phase.guest === null) void tablet.company.invite(phase.call);
}

/** The panel beside the pictures when nobody asked for another: in writing, the text. */
export function usualPanel({ mode }: Pick<Active, "mode">): CallPanel | null {
  return mode === "text_relay" ? "text" : null;
}

/** The control that opens the panel or closes it; gone while somebody is there. */
export function InviteGuest(props: { tablet: TabletPage; phase: Active }): JSX.Element | null {
  const { tablet, phase } = props;
  if (!mayInvite(phase)) return null;
  const open = tablet.panel.value === "guest";
  return (
    <button
      type="button"
      class="button control"
      data-testid="invite-guest"
      aria-expanded={open}
      onClick={() => {
        if (open) tablet.panel.value = usualPanel(phase);
        else openGuestPanel(tablet, phase);
      }}
    >
      <Icon name="addPerson" />
      <TwoTongues tablet={tablet} id="guest-invite" />
    </button>
  );
}

function GuestPanel(props: { tablet: TabletPage; phase: Active }): JSX.Element {
  const { tablet, phase } = props;
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <section class="call-panel guest-panel" aria-labelledby="guest-title" data-testid="guest-panel">
      <header class="text-head">
        <h2 ref={title} id="guest-title" tabIndex={-1}>
          <TwoTongues tablet={tablet} id="guest-title" />
        </h2>
        <button
          type="button"
          class="button quiet"
          data-testid="panel-close"
          onClick={() => {
            tablet.panel.value = usualPanel(phase);
          }}
        >
          <Icon name="cross" />
          <TwoTongues tablet={tablet} id="panel-close" />
        </button>
      </header>
      <p>
        <TwoTongues tablet={tablet} id="guest-text" />
      </p>
      <Link tablet={tablet} phase={phase} />
    </section>
  );
}

/** The link; its region is always there, and the time that runs is not in it. */
function Link(props: { tablet: TabletPage; phase: Active }): JSX.Element {
  const { tablet, phase } = props;
  const state = tablet.companyState.value;
  const link = usable(state, phase.call, phase.guest);
  const making = state.pending.includes("invite_guest");
  const left = link ? remaining(tablet.page.state.value.clock, link.until, now.value) : 0;
  return (
    <>
      <div role="status">
        {making && !link && <TwoTongues tablet={tablet} id="guest-making" />}
        {link && <span class="visually-hidden">{visitorLabel(tablet, "guest-qr")}</span>}
      </div>
      {link && (
        <LinkCard
          link={link}
          words={{
            qr: visitorLabel(tablet, "guest-qr"),
            copy: <TwoTongues tablet={tablet} id="guest-copy" />,
            copied: <TwoTongues tablet={tablet} id="guest-copied" />,
            left: <TwoTongues tablet={tablet} id="guest-left" values={{ time: clockFace(left) }} />,
          }}
        />
      )}
      {!link && !making && <MakeLink tablet={tablet} phase={phase} />}
    </>
  );
}

/** After a refusal, or where a link was given that this page does not know. */
function MakeLink({ tablet, phase }: { tablet: TabletPage; phase: Active }): JSX.Element {
  const refused = tablet.companyState.value.refused?.request === "invite_guest";
  const given = phase.guest !== null;
  return (
    <div class="guest-retry">
      {refused && <TwoTongues tablet={tablet} id="guest-refused" />}
      {given && <TwoTongues tablet={tablet} id="guest-given" />}
      <button
        type="button"
        class="button primary"
        data-testid="make-link"
        onClick={() => void tablet.company.invite(phase.call, given)}
      >
        <TwoTongues tablet={tablet} id={given ? "guest-again" : "retry"} />
      </button>
    </div>
  );
}
