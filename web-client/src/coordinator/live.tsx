/** Who waits, and who talks, now. */
import type { JSX } from "preact";
import { interpreterName, languageName, siteName } from "../core/names";
import type { QueueRow } from "../core/protocol";
import { Icon, type IconName } from "../ui/icons";
import type { Board } from "./app";
import { Section, Table } from "./section";
import { Since, Wait } from "./since";

const PHASE_ICON: Record<QueueRow["phase"], IconName> = {
  queued: "clock",
  offered: "bell",
  connecting: "phone",
};

/** The queue, in the order it will be served. */
export function Queue({ board }: { board: Board }): JSX.Element {
  const { t, view } = board;
  return (
    <Section id="queue" title={t("queue-title")} count={view.queue.length}>
      {view.queue.length === 0 ? (
        <p class="empty">{t("queue-empty")}</p>
      ) : (
        <Table
          label={t("queue-title")}
          heads={[t("column-language"), t("column-site"), t("column-wait"), t("column-phase")]}
        >
          {view.queue.map((row) => (
            <QueueLine key={row.call} board={board} row={row} />
          ))}
        </Table>
      )}
    </Section>
  );
}

function QueueLine(props: { board: Board; row: QueueRow }): JSX.Element {
  const { board, row } = props;
  const { t, directory } = board;
  const name = row.interpreter === null ? "" : interpreterName(directory, row.interpreter);
  return (
    <tr data-testid="queue-row" data-call={row.call} data-id={row.call} data-phase={row.phase}>
      <th scope="row">{languageName(directory, row.language, t.locale)}</th>
      <td>{siteName(directory, row.site)}</td>
      <td>
        <Wait board={board} queuedAt={row.queued_at} />
      </td>
      <td>
        <span class={`phase ${row.phase}`}>
          <Icon name={PHASE_ICON[row.phase]} />
          <span>{t(`phase-${row.phase}`, { name })}</span>
        </span>
      </td>
    </tr>
  );
}

/** Calls in progress, longest first. */
export function Active({ board }: { board: Board }): JSX.Element {
  const { t, directory, view } = board;
  return (
    <Section id="active" title={t("active-title")} count={view.active.length}>
      {view.active.length === 0 ? (
        <p class="empty">{t("active-empty")}</p>
      ) : (
        <Table
          label={t("active-title")}
          heads={[
            t("column-language"),
            t("column-site"),
            t("column-interpreter"),
            `#${t("column-duration")}`,
          ]}
        >
          {view.active.map((row) => (
            <tr key={row.call} data-testid="active-row" data-call={row.call} data-id={row.call}>
              <th scope="row">{languageName(directory, row.language, t.locale)}</th>
              <td>{siteName(directory, row.site)}</td>
              <td>{interpreterName(directory, row.interpreter)}</td>
              <td class="number">
                <Since board={board} moment={row.connected_at} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
