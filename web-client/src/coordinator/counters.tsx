/** What is open: the exceptions at a glance, all places and languages behind. */
import type { JSX } from "preact";
import { unusual } from "../core/board";
import { languageName, siteName } from "../core/names";
import type { Counter, CounterRow } from "../core/protocol";
import { Icon } from "../ui/icons";
import { Section } from "../ui/section";
import type { Board } from "./app";
import { More, moment, nameOf } from "./parts";

/** Sites and languages. */
export function Counters({ board }: { board: Board }): JSX.Element {
  const { t, view } = board;
  const sites = view.counters.filter(({ counter }) => "site" in counter);
  const languages = view.counters.filter(({ counter }) => "language" in counter);
  const open = (rows: readonly CounterRow[]) => rows.filter((row) => row.open).length;
  const marked = unusual(view.counters);
  return (
    <Section id="counters" title={t("counters-title")}>
      <p class="counters-sum">
        {t("counters-sum", {
          sites: open(sites),
          allSites: sites.length,
          languages: open(languages),
          allLanguages: languages.length,
        })}
        {marked.length === 0 && ` ${t("counters-calm")}`}
      </p>
      <ul>
        {marked.map((row) => (
          <CounterLine key={keyOf(row.counter)} board={board} row={row} />
        ))}
      </ul>
      <details class="counters-all" data-testid="counters-all">
        <summary>{t("counters-all")}</summary>
        <ul>
          {view.counters
            .filter((row) => !marked.includes(row))
            .map((row) => (
              <CounterLine key={keyOf(row.counter)} board={board} row={row} />
            ))}
        </ul>
      </details>
    </Section>
  );
}

/** The name of a site or a language. */
export function counterName(board: Board, counter: Counter): string {
  return "site" in counter
    ? siteName(board.directory, counter.site)
    : languageName(board.directory, counter.language, board.t.locale);
}

const keyOf = (counter: Counter) => nameOf({ kind: "counter", counter });

function CounterLine({ board, row }: { board: Board; row: CounterRow }): JSX.Element {
  const { t } = board;
  const name = counterName(board, row.counter);
  return (
    <li
      class={`counter ${row.open ? "open" : "closed"}`}
      data-testid="counter-row"
      data-counter={keyOf(row.counter)}
      data-open={row.open}
      data-forced={row.forced}
    >
      <Icon name={row.open ? "check" : "cross"} />
      <span class="counter-name">{name}</span>
      <span class="counter-state numbers">
        {t(row.open ? "counter-open" : "counter-closed")}
        {/* What is held by hand follows its hours again only when told to. */}
        {row.forced
          ? ` ${t("counter-forced")}`
          : row.until !== null &&
            `, ${t(row.open ? "counter-closes" : "counter-opens", { time: moment(board, row.until) })}`}
      </span>
      <More
        board={board}
        subject={{ kind: "counter", counter: row.counter }}
        label={t("more-counter", { name })}
      />
    </li>
  );
}
