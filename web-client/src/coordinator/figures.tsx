/** The figures of today per language: a table, with its bars drawn beside the numbers. */
import type { JSX } from "preact";
import { pieces, WAIT_MARKS_MS, waitScale } from "../core/board";
import { languageName } from "../core/names";
import type { LanguageFigures, Millis } from "../core/protocol";
import { clockFace } from "../core/server-clock";
import { Section, Table } from "../ui/section";
import type { Board } from "./app";

/** The figures, in the order of the tablets' buttons, with the formula under them. */
export function Figures({ board }: { board: Board }): JSX.Element {
  const { t, directory, today } = board;
  const rows = directory.languages.flatMap(({ language }) =>
    (today?.figures ?? []).filter((row) => row.language === language),
  );
  const scale = waitScale(rows);
  return (
    <Section id="figures" title={t("figures-title")}>
      {rows.length === 0 ? (
        <p class="empty">{t("today-empty")}</p>
      ) : (
        <>
          <Table
            label={t("figures-title")}
            heads={[
              t("column-language"),
              `#${t("column-calls")}`,
              `#${t("column-answered")}`,
              `#${t("column-abandoned")}`,
              `#${t("column-unserved")}`,
              t("column-share"),
              `#${t("column-mean")}`,
              `#${t("column-median")}`,
              `#${t("column-p90")}`,
              t("column-wait-bar"),
            ]}
          >
            {rows.map((row) => (
              <Line key={row.language} board={board} row={row} scale={scale} />
            ))}
          </Table>
          <p class="formula">{t("figures-formula")}</p>
        </>
      )}
    </Section>
  );
}

function Line(props: { board: Board; row: LanguageFigures; scale: Millis }): JSX.Element {
  const { board, row, scale } = props;
  const { t, directory } = board;
  return (
    <tr data-testid={`figures-${row.language}`} data-calls={row.calls} data-answered={row.answered}>
      <th scope="row">{languageName(directory, row.language, t.locale)}</th>
      {[row.calls, row.answered, row.abandoned, row.unserved].map((count, index) => (
        <td key={COUNTS[index]} class="number numbers">
          {count}
        </td>
      ))}
      <td>
        <ShareBar board={board} row={row} />
      </td>
      {[row.wait_mean_ms, row.wait_median_ms, row.wait_p90_ms].map((wait, index) => (
        <td key={WAITS[index]} class="number numbers">
          {wait === null ? "–" : clockFace(wait)}
        </td>
      ))}
      <td>
        <WaitBar row={row} scale={scale} />
      </td>
    </tr>
  );
}

const COUNTS = ["calls", "answered", "abandoned", "unserved"] as const;
const WAITS = ["mean", "median", "p90"] as const;

/** What became of the calls. Told by pattern as well as colour; the numbers stand beside it. */
function ShareBar({ board, row }: { board: Board; row: LanguageFigures }): JSX.Element {
  const all = pieces(row);
  const words = all.map(
    (piece) => `${board.t(`piece-${piece.kind}`)} ${Math.round(piece.length)} %`,
  );
  return (
    <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" role="img">
      <title>{words.join(", ")}</title>
      <rect class="bar-track" x="0" y="0" width="100" height="12" />
      {all.map(({ kind, from, length }) => (
        <rect
          key={kind}
          class={`bar-${kind}`}
          x={from}
          y={kind === "answered" ? 0 : kind === "abandoned" ? 3 : 6}
          width={Math.max(0, length - 0.6)}
          height={kind === "answered" ? 12 : kind === "abandoned" ? 9 : 6}
        />
      ))}
    </svg>
  );
}

/** Median as a full bar, P90 as a thin one behind it, the three marks as lines. */
function WaitBar({ row, scale }: { row: LanguageFigures; scale: Millis }): JSX.Element {
  const share = (wait: Millis | null) => (100 * (wait ?? 0)) / scale;
  return (
    <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-track" x="0" y="0" width="100" height="12" />
      <rect class="bar-p90" x="0" y="4" width={share(row.wait_p90_ms)} height="4" />
      <rect class="bar-median" x="0" y="1" width={share(row.wait_median_ms)} height="10" />
      {WAIT_MARKS_MS.map((mark) => (
        <line key={mark} class="bar-mark" x1={share(mark)} x2={share(mark)} y1="0" y2="12" />
      ))}
    </svg>
  );
}
