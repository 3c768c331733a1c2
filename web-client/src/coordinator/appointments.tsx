/** Visitors who come back at a fixed time, the next one first. Nothing while there is none. */
import type { JSX } from "preact";
import { callbackNumber } from "../core/board";
import { isUrgent } from "../core/board-appointments";
import { interpreterName, languageName, siteName } from "../core/names";
import type { AppointmentRow } from "../core/protocol";
import { clockOffset } from "../core/server-clock";
import { Icon } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Board } from "./app";
import { ModeMark, More, moment } from "./parts";

/** The list. */
export function Appointments({ board }: { board: Board }): JSX.Element | null {
  const { t, view } = board;
  if (view.appointments.length === 0) return null;
  return (
    <Section id="appointments" title={t("appointments-title")} count={view.appointments.length}>
      <Table
        label={t("appointments-title")}
        heads={[
          t("column-time"),
          t("column-language"),
          t("column-site"),
          t("column-interpreter"),
          t("column-number"),
          `!${t("column-actions")}`,
        ]}
      >
        {view.appointments.map((row) => (
          <Line key={row.appointment} board={board} row={row} />
        ))}
      </Table>
    </Section>
  );
}

function Line({ board, row }: { board: Board; row: AppointmentRow }): JSX.Element {
  const { t, directory, clock } = board;
  const urgent = isUrgent(row, Date.now() + clockOffset(clock));
  const number = callbackNumber(row.appointment);
  return (
    <tr
      class={urgent ? "urgent" : ""}
      data-testid="appointment-row"
      data-id={row.appointment}
      data-taken={row.taken}
      data-urgent={urgent}
    >
      <th scope="row" class="numbers">
        {moment(board, row.starts_at)}
      </th>
      <td>
        <span class="cell-lines">
          {languageName(directory, row.language, t.locale)}
          <ModeMark board={board} mode={row.mode} />
        </span>
      </td>
      <td>{siteName(directory, row.site)}</td>
      <td>
        <span class="cell-lines">
          {row.interpreter === null
            ? t("appointment-nobody")
            : interpreterName(directory, row.interpreter)}
          <Nearness board={board} row={row} urgent={urgent} />
        </span>
      </td>
      <td class="numbers">{number}</td>
      <td class="cell-more">
        <More
          board={board}
          subject={{ kind: "appointment", appointment: row.appointment }}
          label={t("more-appointment", { number })}
        />
      </td>
    </tr>
  );
}

/** What is happening with it, or that it needs a hand; by sign and word. */
function Nearness(props: {
  board: Board;
  row: AppointmentRow;
  urgent: boolean;
}): JSX.Element | null {
  const { board, row, urgent } = props;
  const { t } = board;
  if (urgent) {
    return (
      <span class="line-mark wait" data-testid="appointment-urgent">
        <Icon name="alert" />
        {t("appointment-urgent")}
      </span>
    );
  }
  if (row.calls_until !== null) {
    return (
      <span class="line-mark">
        <Icon name="bell" />
        {t("appointment-calls")}
      </span>
    );
  }
  if (!row.may_answer) return null;
  return (
    <span class="line-mark">
      <Icon name="clock" />
      {t("appointment-held")}
    </span>
  );
}
