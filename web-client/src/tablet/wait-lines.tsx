/** What a waiting visitor is told, each line with its picture: place, time to come, how it goes on. */

import type { JSX } from "preact";
import { fromMoment } from "../core/opening";
import type { TabletPhase, Timestamp, WaitCause, WaitEstimate } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import { type WaitText, waitText } from "../core/tablet-wait";
import type { TextValues } from "../core/texts";
import { zoneOf } from "../core/zone";
import { Icon, type IconName } from "../ui/icons";
import type { TabletPage } from "./app";
import { WayChanged } from "./ladder";
import { TwoTongues } from "./two-tongues";

/** People drawn in line at most; the number is written beside them. */
const PEOPLE_DRAWN_MAX = 6;

type Waiting = Extract<TabletPhase, { kind: "waiting" }>;

const CAUSE: Record<WaitCause, readonly [id: string, icon: IconName]> = {
  more_urgent_call: ["cause-more-urgent-call", "alert"],
  fewer_interpreters: ["cause-fewer-interpreters", "person"],
  no_answer: ["cause-no-answer", "phone"],
  call_returned: ["cause-call-returned", "again"],
  longer_calls: ["cause-longer-calls", "speech"],
};

/** The lines of a wait. */
export function WaitLines(props: { tablet: TabletPage; phase: Waiting }): JSX.Element {
  const { tablet, phase } = props;
  return (
    <>
      <Continued tablet={tablet} phase={phase} />
      <Place tablet={tablet} position={phase.position} />
      {/* While it rings, any moment may be the one: minutes beside it would deny that. */}
      <Estimate tablet={tablet} estimate={phase.ringing ? null : phase.estimate} />
      {phase.next_duty !== null && <NextDuty tablet={tablet} at={phase.next_duty} />}
      <WayChanged tablet={tablet} phase={phase} />
      {phase.widened && (
        <p class="wait-line" data-testid="widened">
          <Icon name="search" />
          <TwoTongues tablet={tablet} id="waiting-widened" />
        </p>
      )}
    </>
  );
}

/** Why somebody who was in a conversation waits again. */
function Continued(props: { tablet: TabletPage; phase: Waiting }): JSX.Element | null {
  const { tablet, phase } = props;
  const { continued, passed } = tablet.local.value;
  if (continued !== phase.call) return null;
  return (
    <p class="notice wait" role="status" data-testid="continued" data-passed={passed}>
      <Icon name={passed ? "swap" : "again"} />
      <TwoTongues tablet={tablet} id={passed ? "waiting-passed" : "waiting-resumed"} />
    </p>
  );
}

function Place(props: { tablet: TabletPage; position: number }): JSX.Element {
  const { tablet, position } = props;
  const ahead = Math.min(position - 1, PEOPLE_DRAWN_MAX);
  return (
    <div class="place" data-testid="position" data-position={position}>
      <span class="place-people" aria-hidden="true">
        {Array.from({ length: ahead }, (_, index) => (
          <Icon key={index} name="person" />
        ))}
        <span class="place-you">
          <Icon name="person" />
        </span>
      </span>
      <TwoTongues tablet={tablet} id="waiting-position" values={{ position }} />
    </div>
  );
}

/** Always there, so that a screen reader hears the first estimate too; changes by whole minutes. */
function Estimate(props: { tablet: TabletPage; estimate: WaitEstimate | null }): JSX.Element {
  const { tablet, estimate } = props;
  const text = estimate && waitText(estimate);
  const cause = estimate?.cause ?? null;
  return (
    <div
      class="estimate"
      aria-live="polite"
      data-testid="estimate"
      data-kind={text?.kind ?? "none"}
      data-cause={cause ?? "none"}
    >
      {text && (
        <p class="wait-line estimate-time">
          <Icon name="hourglass" />
          <TwoTongues tablet={tablet} id={`wait-${text.kind}`} values={figures(text)} />
        </p>
      )}
      {cause && (
        <p class="wait-line">
          <Icon name={CAUSE[cause][1]} />
          <TwoTongues tablet={tablet} id={CAUSE[cause][0]} />
        </p>
      )}
    </div>
  );
}

function figures(text: WaitText): TextValues {
  switch (text.kind) {
    case "interval":
      return { from: text.from, to: text.to };
    case "about":
      return { minutes: text.minutes };
  }
}

/** With nobody on duty: when somebody is planned to be. */
function NextDuty(props: { tablet: TabletPage; at: Timestamp }): JSX.Element {
  const { tablet, at } = props;
  const { clock, directory } = tablet.page.state.value;
  const time = Date.now() + clockOffset(clock);
  const zone = zoneOf(directory);
  return (
    <p class="wait-line estimate-time" data-testid="next-duty">
      <Icon name="hourglass" />
      <TwoTongues
        tablet={tablet}
        id="waiting-duty"
        values={({ locale }) => ({ when: fromMoment(at, time, locale, zone) })}
      />
    </p>
  );
}
