/** Conversations in progress. */
import type { JSX } from "preact";
import { interpreterName, languageName, siteName } from "../core/names";
import type { ActiveRow, ColleagueView } from "../core/protocol";
import { Icon } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Board } from "./app";
import { ModeMark, WhyLine } from "./parts";
import { PictureCell } from "./picture-quality";
import { Since } from "./since";
import { WatchCell, WatchEnded } from "./watch";

/** Calls in progress, longest first. */
export function Active({ board }: { board: Board }): JSX.Element {
  const { t, view } = board;
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
            t("column-picture"),
            `#${t("column-duration")}`,
            t("watch"),
          ]}
        >
          {view.active.map((row) => (
            <ActiveLine key={row.call} board={board} row={row} />
          ))}
        </Table>
      )}
      <WatchEnded board={board} />
    </Section>
  );
}

function ActiveLine({ board, row }: { board: Board; row: ActiveRow }): JSX.Element {
  const { t, directory } = board;
  return (
    <tr data-testid="active-row" data-call={row.call} data-id={row.call} data-mode={row.mode}>
      <th scope="row">
        <span class="cell-lines">
          {languageName(directory, row.language, t.locale)}
          <ModeMark board={board} mode={row.mode} />
        </span>
      </th>
      <td>{siteName(directory, row.site)}</td>
      <td>
        <span class="cell-lines">
          {interpreterName(directory, row.interpreter)}
          {row.why && <WhyLine board={board} why={row.why} />}
          {row.colleague && <ColleagueMark board={board} colleague={row.colleague} />}
          {row.guest && (
            <span class="line-mark" data-testid="guest" data-state={row.guest.state}>
              <Icon name="addPerson" />
              {t(`guest-${row.guest.state}`)}
            </span>
          )}
        </span>
      </td>
      <td>
        <PictureCell board={board} row={row} />
      </td>
      <td class="number">
        <Since board={board} moment={row.connected_at} />
      </td>
      <td>
        <WatchCell board={board} row={row} />
      </td>
    </tr>
  );
}

/** A second interpreter: wanted, coming or there. */
function ColleagueMark(props: { board: Board; colleague: ColleagueView }): JSX.Element {
  const { t, directory } = props.board;
  const { role, state, interpreter } = props.colleague;
  return (
    <span class="line-mark" data-testid="colleague" data-role={role} data-state={state}>
      <Icon name="swap" />
      {t(`colleague-${role === "second" ? role : "relief"}-${state}`)}
      {interpreter !== null && ` · ${interpreterName(directory, interpreter)}`}
    </span>
  );
}
