/** Interpreters with their state, and tablets as a compact grid. */
import type { JSX } from "preact";
import { tabletStatus } from "../core/board";
import { interpreterName, languageName, siteName } from "../core/names";
import type { InterpreterRow, InterpreterStatus, TabletRow } from "../core/protocol";
import { Icon, type IconName } from "../ui/icons";
import type { Board } from "./app";
import { Section } from "./section";
import { Since } from "./since";

const STATUS_ICON: Record<InterpreterStatus, IconName> = {
  offline: "leave",
  away: "away",
  away_after_misses: "alert",
  available: "check",
  offered: "bell",
  busy: "phone",
  wrap_up: "pause",
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

function InterpreterLine(props: { board: Board; row: InterpreterRow }): JSX.Element {
  const { board, row } = props;
  const { t, directory } = board;
  return (
    <li
      class={`person ${row.status}`}
      data-testid="interpreter-row"
      data-id={row.interpreter}
      data-status={row.status}
    >
      <span class="person-icon" aria-hidden="true">
        <Icon name={STATUS_ICON[row.status]} />
      </span>
      <span class="two-lines">
        <span class="person-name">{interpreterName(directory, row.interpreter)}</span>
        <span class="person-languages">
          {row.languages.map((language) => languageName(directory, language, t.locale)).join(" · ")}
        </span>
      </span>
      <span class="person-status">
        {t(`status-${row.status.replaceAll("_", "-")}`)}
        {row.status !== "offline" && (
          <span class="person-since">
            <Since board={board} moment={row.since} />
          </span>
        )}
      </span>
    </li>
  );
}

const TABLET_ICON: Record<ReturnType<typeof tabletStatus>, IconName> = {
  offline: "cross",
  connected: "check",
  in_call: "phone",
};

/** Every tablet of the directory. */
export function Tablets({ board }: { board: Board }): JSX.Element {
  const { t, view } = board;
  return (
    <Section id="tablets" title={t("tablets-title")} count={view.tablets.length}>
      <ul class="tablets-grid">
        {view.tablets.map((row) => (
          <TabletChip key={row.tablet} board={board} row={row} />
        ))}
      </ul>
    </Section>
  );
}

function TabletChip(props: { board: Board; row: TabletRow }): JSX.Element {
  const { board, row } = props;
  const status = tabletStatus(row);
  const word = board.t(`tablet-${status.replaceAll("_", "-")}`);
  return (
    <li
      class={`tablet-chip ${status}`}
      data-testid="tablet-row"
      data-id={row.tablet}
      data-status={status}
      data-call={row.call ?? ""}
      title={`${siteName(board.directory, row.site)} · ${word}`}
    >
      <Icon name={TABLET_ICON[status]} />
      <span class="tablet-name">{siteName(board.directory, row.site)}</span>
      <span class="visually-hidden">{word}</span>
    </li>
  );
}
