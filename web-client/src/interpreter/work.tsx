/** Work without rest, the relief that is due, and the rest that is owed: said calmly. */

import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { workOf, workState } from "../core/board";
import { hour } from "../core/moments";
import type { WorkView } from "../core/protocol";
import { clockOffset, remaining } from "../core/server-clock";
import { zoneOf } from "../core/zone";
import { Icon } from "../ui/icons";
import { now } from "../ui/signals";
import type { Console, InterpreterPicture } from "./app";

/** Whole minutes of work without rest. */
function minutes(desk: Console, work: WorkView): number {
  const { clock } = desk.page.state.value;
  return Math.floor(workOf(work, now.value + clockOffset(clock)) / 60_000);
}

/** Between calls: how long without rest, and until when rest is owed. */
export function WorkPanel({
  desk,
  view,
}: {
  desk: Console;
  view: InterpreterPicture;
}): JSX.Element {
  const t = desk.page.texts.value;
  const { work } = view;
  const { clock } = desk.page.state.value;
  // The gateway's next picture may come later than the end of the rest.
  const owed = work.rests_until !== null && remaining(clock, work.rests_until, now.value) > 0;
  const state = workState(work);
  return (
    <section class="panel work-panel" data-testid="work" data-state={state}>
      <h2 class="small-head">{t("work-title")}</h2>
      <p class="work-line">
        <Icon name="clock" />
        <span class="numbers">
          {state === "rested"
            ? t("work-rested")
            : t("work-minutes", { count: minutes(desk, work) })}
        </span>
      </p>
      {owed && work.rests_until !== null && (
        <div class="work-rest" data-testid="rest-owed" data-until={work.rests_until}>
          <p class="work-line">
            <Icon name="pause" />
            <strong>
              {t("work-resting", {
                time: hour(t.locale, work.rests_until, zoneOf(desk.page.state.value.directory)),
              })}
            </strong>
          </p>
          <p class="quiet-text">{t("work-resting-detail")}</p>
        </div>
      )}
    </section>
  );
}

/** In a call: the minutes, small. */
export function WorkChip({ desk, work }: { desk: Console; work: WorkView }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <span class="numbers" data-testid="work-chip" data-state={workState(work)}>
      {t("work-chip", { count: minutes(desk, work) })}
    </span>
  );
}

/** In a call: relief is due, or nobody may work longer; and what to do about it. */
export function WorkNotice({
  desk,
  view,
}: {
  desk: Console;
  view: InterpreterPicture;
}): JSX.Element {
  const t = desk.page.texts.value;
  const state = workState(view.work);
  const due = state === "relief" || state === "stop";
  const text = due ? t(`work-${state}`, { count: minutes(desk, view.work) }) : "";
  const said = useRef({ state, text });
  // Announced once, not again with each minute.
  if (said.current.state !== state) said.current = { state, text };
  return (
    <div class="live-region">
      <p class="visually-hidden" role="status">
        {said.current.text}
      </p>
      {due && (
        <p class={`notice ${state === "stop" ? "alarm" : "wait"}`} data-testid="relief">
          <Icon name="clock" />
          <span class="numbers">{text}</span>
          {mayInvite(view) && desk.dialog.value !== "invite" && (
            <button
              type="button"
              class="button primary"
              data-testid="invite-relief"
              disabled={desk.local.value.pending === "invite"}
              onClick={() => void desk.controller.invite("relief")}
            >
              {t("work-ask-relief")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

/** The lead of a conversation may seek a colleague, one at a time. */
export function mayInvite({ activity }: InterpreterPicture): boolean {
  return activity.kind === "active" && activity.role === "lead" && activity.colleague === null;
}
