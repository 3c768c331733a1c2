/** The calls of today, newest first, each with its wait and its outcome. */

import type { JSX } from "preact";
import { recordClass, talkOf, totalOf, waitOf } from "../core/board";
import { hour } from "../core/moments";
import { interpreterName, languageName, siteName } from "../core/names";
import type { CallId, CallRecord } from "../core/protocol";
import { clockFace } from "../core/server-clock";
import { zoneOf } from "../core/zone";
import { Icon, type IconName } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Board } from "./app";
import { ClassMark, ModeMark } from "./parts";

const OUTCOME_ICON: Record<ReturnType<typeof recordClass>, IconName> = {
  live: "phone",
  good: "check",
  left: "leave",
  bad: "alert",
};

/** The list of today. */
export function Today({ board }: { board: Board }): JSX.Element {
  const { t, today } = board;
  const records = today?.records ?? [];
  return (
    <Section id="today" title={t("today-title")} count={totalOf(today?.figures ?? [], "calls")}>
      {records.length === 0 ? (
        <p class="empty">{t("today-empty")}</p>
      ) : (
        <Table
          label={t("today-title")}
          heads={[
            t("column-time"),
            t("column-language"),
            t("column-site"),
            t("column-interpreter"),
            `#${t("column-wait")}`,
            `#${t("column-duration")}`,
            `#${t("column-offers")}`,
            t("column-outcome"),
          ]}
        >
          {records.map((record) => (
            <RecordLine key={record.call} board={board} record={record} />
          ))}
        </Table>
      )}
    </Section>
  );
}

/** What a call goes on from. Another day's call, not among today's, was an appointment. */
function originText(board: Board, origin: CallId): string {
  const before = board.today?.records.find(({ call }) => call === origin);
  const made = before === undefined || before.outcome === "converted_appointment";
  return made ? "record-appointment" : "record-origin";
}

function RecordLine(props: { board: Board; record: CallRecord }): JSX.Element {
  const { board, record } = props;
  const { t, directory } = board;
  const kind = recordClass(record.outcome);
  const wait = waitOf(record);
  const talk = talkOf(record);
  const waits = record.outcome === null && record.connected_at === null;
  const state = record.outcome ?? (waits ? "waiting" : "live");
  const more = [
    ...(record.callback === null ? [] : [t(`callback-end-${record.callback}`)]),
    ...(record.appointment === null
      ? []
      : [t(`appointment-end-${record.appointment.replaceAll("_", "-")}`)]),
    ...(record.origin === null ? [] : [t(originText(board, record.origin))]),
    ...(record.handovers === 0 ? [] : [t("record-handovers", { count: record.handovers })]),
  ];
  return (
    <tr
      data-testid="record-row"
      data-call={record.call}
      data-id={record.call}
      data-outcome={record.outcome ?? ""}
      data-wait-ms={wait ?? ""}
      data-class={record.class}
      data-mode={record.mode}
    >
      <td class="numbers">{hour(t.locale, record.queued_at, zoneOf(directory))}</td>
      <th scope="row">
        <span class="cell-lines">
          {languageName(directory, record.language, t.locale)}
          <ModeMark board={board} mode={record.mode} />
          <ClassMark board={board} row={{ class: record.class, rank: record.class }} />
        </span>
      </th>
      <td>{siteName(directory, record.site)}</td>
      <td>{record.interpreter === null ? "–" : interpreterName(directory, record.interpreter)}</td>
      <td class="number numbers">{wait === null ? "–" : clockFace(wait)}</td>
      <td class="number numbers">{talk === null ? "–" : clockFace(talk)}</td>
      <td class="number numbers">{record.offers}</td>
      <td>
        <span class={`outcome ${kind}`}>
          <Icon name={waits ? "clock" : OUTCOME_ICON[kind]} />
          <span>{t(`outcome-${state.replaceAll("_", "-")}`)}</span>
        </span>
        {more.length > 0 && <span class="record-more">{more.join(" · ")}</span>}
      </td>
    </tr>
  );
}
