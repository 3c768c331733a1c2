/** Interpreters: what they do, their languages, work and rest, and who asks for help. */
import type { JSX } from "preact";
import { heldFor, isPresent, workOf, workState } from "../core/board";
import { interpreterName, languageName } from "../core/names";
import type { InterpreterRow, InterpreterStatus } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import { Icon, type IconName } from "../ui/icons";
import { Section } from "../ui/section";
import { now } from "../ui/signals";
import type { Board } from "./app";
import { More, moment } from "./parts";
import { Since } from "./since";

const STATUS_ICON: Record<InterpreterStatus, IconName> = {
  offline: "leave",
  away: "away",
  paused: "pause",
  away_after_misses: "alert",
  available: "check",
  resting: "clock",
  offered: "bell",
  busy: "phone",
  wrap_up: "clock",
  unreachable: "alert",
};

/** Every interpreter of the directory, in its order, so that a person stays in place. */
export function Interpreters({ board }: { board: Board }): JSX.Element {
  const { t, view } = board;
  return (
    <Section id="interpreters" title={t("interpreters-title")} count={view.interpreters.length}>
      <ul class="people">
        {view.interpreters.map((row) => (
          <InterpreterLine key={row.interpreter} board={board} row={row} />
        ))}
      </ul>
    </Section>
  );
}

function InterpreterLine({ board, row }: { board: Board; row: InterpreterRow }): JSX.Element {
  const { t, directory } = board;
  const name = interpreterName(directory, row.interpreter);
  const held = heldFor(row);
  return (
    <li
      class={`person ${row.status} ${row.help ? "asks-help" : ""} ${held ? "held" : ""}`}
      data-testid="interpreter-row"
      data-id={row.interpreter}
      data-status={row.status}
      data-pause={row.pause?.reason ?? ""}
      data-help={row.help ?? ""}
      data-work={workState(row.work)}
      data-held={held?.appointment ?? ""}
    >
      <span class="person-icon" aria-hidden="true">
        <Icon name={held ? "calendar" : STATUS_ICON[row.status]} />
      </span>
      <span class="two-lines">
        <span class="person-name">{name}</span>
        <span class="person-languages">
          {row.pool === "overflow" && <span class="pool-mark">{t("pool-overflow")}</span>}
          {row.skills
            .map(({ language, tier }) => {
              const language_name = languageName(directory, language, t.locale);
              return tier === 1
                ? language_name
                : `${language_name} (${t("skill-tier-short", { tier })})`;
            })
            .join(" · ")}
        </span>
        {row.help && (
          <span class="line-mark alarm">
            <Icon name="bell" />
            {t(`help-reason-${row.help}`)}
          </span>
        )}
        {row.pause && (
          <span class="line-mark">
            {t(`pause-${row.pause.reason}`)}
            {row.pause.by_coordinator && `, ${t("paused-by-coordinator")}`}
          </span>
        )}
        {held && (
          <span class="line-mark numbers">
            <Icon name="calendar" />
            {t("held-for", { time: moment(board, held.starts_at) })}
          </span>
        )}
        <WorkMark board={board} row={row} />
      </span>
      <span class="person-status">
        {t(`status-${row.status.replaceAll("_", "-")}`)}
        {row.status !== "offline" && (
          <span class="person-since">
            <Since board={board} moment={row.since} />
          </span>
        )}
      </span>
      <More
        board={board}
        subject={{ kind: "interpreter", interpreter: row.interpreter }}
        label={t("more-interpreter", { name })}
      />
    </li>
  );
}

/** Work without rest, marked when relief is due; rest that is owed. */
export function WorkMark({
  board,
  row,
}: {
  board: Board;
  row: InterpreterRow;
}): JSX.Element | null {
  const { t, clock } = board;
  const { work } = row;
  const state = workState(work);
  if (!isPresent(row.status) || state === "rested") return null;
  if (state === "resting") {
    return (
      <span class="line-mark numbers">
        <Icon name="pause" />
        {t("rest-until", { time: moment(board, work.rests_until ?? 0) })}
      </span>
    );
  }
  const count = Math.floor(workOf(work, now.value + clockOffset(clock)) / 60_000);
  const pressing = state === "relief" || state === "stop";
  return (
    <span class={`line-mark numbers ${pressing ? "wait" : ""}`}>
      {pressing && <Icon name="alert" />}
      {t(pressing ? `work-${state}` : "work-minutes", { count })}
    </span>
  );
}
