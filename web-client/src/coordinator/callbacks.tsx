/** Visitors who are to be called back, in the order of their tickets. Nothing while there is none. */
import type { JSX } from "preact";
import { callbackNumber } from "../core/board";
import { languageName, siteName } from "../core/names";
import type { CallbackRow } from "../core/protocol";
import { Icon } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Board } from "./app";
import { ModeMark, More, moment } from "./parts";

/** The list. */
export function Callbacks({ board }: { board: Board }): JSX.Element | null {
  const { t, view } = board;
  if (view.callbacks.length === 0) return null;
  return (
    <Section id="callbacks" title={t("callbacks-title")} count={view.callbacks.length}>
      <Table
        label={t("callbacks-title")}
        heads={[
          t("column-number"),
          t("column-language"),
          t("column-site"),
          t("column-ticket"),
          `#${t("column-attempts")}`,
          t("column-status"),
          `!${t("column-actions")}`,
        ]}
      >
        {view.callbacks.map((row) => (
          <CallbackLine key={row.callback} board={board} row={row} />
        ))}
      </Table>
    </Section>
  );
}

function CallbackLine({ board, row }: { board: Board; row: CallbackRow }): JSX.Element {
  const { t, directory } = board;
  const rings = row.rings_until !== null;
  const number = callbackNumber(row.callback);
  return (
    <tr
      data-testid="callback-row"
      data-id={row.callback}
      data-tablet={row.tablet}
      data-ringing={rings}
    >
      <th scope="row" class="numbers">
        {number}
      </th>
      <td>
        {languageName(directory, row.language, t.locale)}
        <ModeMark board={board} mode={row.mode} />
      </td>
      <td>{siteName(directory, row.site)}</td>
      <td class="numbers">{moment(board, row.ticket)}</td>
      <td class="number numbers">{row.attempts}</td>
      <td>
        <span class={`phase ${rings ? "offered" : "queued"}`}>
          <Icon name={rings ? "bell" : "clock"} />
          <span>{t(rings ? "callback-rings" : "callback-waits")}</span>
        </span>
      </td>
      <td class="cell-more">
        <More
          board={board}
          subject={{ kind: "callback", callback: row.callback }}
          label={t("more-callback", { number })}
        />
      </td>
    </tr>
  );
}
