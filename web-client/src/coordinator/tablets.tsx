/** Tablets as a compact grid. */
import type { JSX } from "preact";
import { tabletStatus } from "../core/board";
import { siteName } from "../core/names";
import type { TabletRow } from "../core/protocol";
import { Icon, type IconName } from "../ui/icons";
import type { Board } from "./app";
import { Section } from "./section";

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

function TabletChip({ board, row }: { board: Board; row: TabletRow }): JSX.Element {
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
