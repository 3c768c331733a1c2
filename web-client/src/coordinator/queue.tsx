/** Who waits, and what is being done about it. */
import type { JSX } from "preact";
import { interpreterName, languageName, siteName, subjectName } from "../core/names";
import type { QueueRow, RingRow, WaitEstimate } from "../core/protocol";
import { waitText } from "../core/tablet-wait";
import { Icon } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Board } from "./app";
import { ClassMark, ModeMark, More, WhyLine } from "./parts";
import { Wait } from "./since";

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
          heads={[
            t("column-language"),
            t("column-site"),
            t("column-wait"),
            t("column-phase"),
            `!${t("column-actions")}`,
          ]}
        >
          {view.queue.map((row) => (
            <QueueLine key={row.call} board={board} row={row} />
          ))}
        </Table>
      )}
    </Section>
  );
}

function QueueLine({ board, row }: { board: Board; row: QueueRow }): JSX.Element {
  const { t, directory } = board;
  const language = languageName(directory, row.language, t.locale);
  const site = siteName(directory, row.site);
  return (
    <tr
      data-testid="queue-row"
      data-call={row.call}
      data-id={row.call}
      data-phase={row.phase}
      data-class={row.class}
      data-rank={row.rank}
      data-step={row.step}
      data-there={row.there}
    >
      <th scope="row">
        <span class="cell-lines">
          {language}
          <ModeMark board={board} mode={row.mode} />
          {row.subject !== null && (
            <span class="line-mark" data-testid="subject" data-subject={row.subject}>
              <Icon name="speech" />
              {subjectName(directory, row.subject, t.locale)}
            </span>
          )}
          <ClassMark board={board} row={row} />
        </span>
      </th>
      <td>
        <span class="cell-lines">
          {site}
          {!row.there && (
            <span class="line-mark wait">
              <Icon name="alert" />
              {t("tablet-away")}
            </span>
          )}
        </span>
      </td>
      <td>
        <span class="cell-lines">
          <Wait board={board} queuedAt={row.queued_at} />
          {row.estimate && <Estimate board={board} estimate={row.estimate} />}
        </span>
      </td>
      <td>
        <Progress board={board} row={row} />
      </td>
      <td class="cell-more">
        {row.phase !== "connecting" && (
          <More
            board={board}
            subject={{ kind: "call", call: row.call }}
            label={t("more-call", { language, site })}
          />
        )}
      </td>
    </tr>
  );
}

/** Who is rung and why, or who connects; to whom it was given; how wide the search; what delays. */
function Progress({ board, row }: { board: Board; row: QueueRow }): JSX.Element {
  const { t, directory } = board;
  const name = row.interpreter === null ? "" : interpreterName(directory, row.interpreter);
  const waits = row.phase === "queued";
  return (
    <span class="cell-lines">
      {row.phase !== "offered" && (
        <span class={`phase ${row.phase}`}>
          <Icon name={waits ? "clock" : "phone"} />
          <span>{t(`phase-${row.phase}`, { name })}</span>
        </span>
      )}
      {row.rings.map((ring) => (
        <Ring key={ring.interpreter} board={board} ring={ring} />
      ))}
      {row.assigned !== null && row.interpreter === null && (
        <span class="line-mark" data-testid="assigned" data-interpreter={row.assigned}>
          <Icon name="person" />
          {t("assigned-to", { name: interpreterName(directory, row.assigned) })}
        </span>
      )}
      {row.step > 0 && <span class="line-mark">{t("step", { step: row.step + 1 })}</span>}
      {row.estimate?.cause && (
        <span class="line-mark">{t(`estimate-${row.estimate.cause.replaceAll("_", "-")}`)}</span>
      )}
    </span>
  );
}

function Ring({ board, ring }: { board: Board; ring: RingRow }): JSX.Element {
  const { t, directory } = board;
  return (
    <span class="ring-line" data-testid="ring" data-interpreter={ring.interpreter}>
      <span class="phase offered">
        <Icon name="bell" />
        <span>{t("ring-at", { name: interpreterName(directory, ring.interpreter) })}</span>
      </span>
      <WhyLine board={board} why={ring.why} />
    </span>
  );
}

/** How much longer the call will probably wait: what the visitor is told. */
function Estimate({ board, estimate }: { board: Board; estimate: WaitEstimate }): JSX.Element {
  const { kind, ...figures } = waitText(estimate);
  return (
    <span class="line-mark numbers" data-testid="estimate">
      {board.t(`estimate-${kind}`, figures)}
    </span>
  );
}
