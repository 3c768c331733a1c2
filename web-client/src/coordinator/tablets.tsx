/** Tablets as a compact grid, and the way to what is paired as each. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { tabletStatus } from "../core/board";
import { faulty, needCare, siteOf } from "../core/devices";
import { siteName } from "../core/names";
import type { TabletRow } from "../core/protocol";
import { faultText } from "../core/self-test/faults";
import { Icon, type IconName } from "../ui/icons";
import { Section } from "../ui/section";
import type { Board } from "./app";

const TABLET_ICON: Record<ReturnType<typeof tabletStatus>, IconName> = {
  offline: "cross",
  connected: "check",
  in_call: "phone",
};

/** A test is known here so long after it at most. */
const FRESH_MS = 30_000;

/** Every tablet of the directory. */
export function Tablets({ board }: { board: Board }): JSX.Element {
  const { t, view, desk, devices, subject } = board;
  const there = view.tablets.map((row) => Number(row.connected)).join("");
  // Whenever one comes or goes: it may have been paired, or signed out as a copy.
  useEffect(() => {
    void desk.load();
    // Tablets test themselves by and by.
    const timer = setInterval(() => void desk.load(), FRESH_MS);
    return () => clearInterval(timer);
  }, [desk, there]);
  return (
    <Section id="tablets" title={t("tablets-title")} count={view.tablets.length}>
      <div role="status">
        {needCare(devices.value).map(({ tablet, state }) => (
          <p key={tablet} class="notice alarm" data-testid="tablet-care" data-id={tablet}>
            <Icon name="alert" />
            <span>{t(`device-care-${state}`, { number: tablet })}</span>
          </p>
        ))}
        {faulty(devices.value).map(({ tablet, self_test: test }) => (
          <p
            key={`test-${tablet}`}
            class="notice wait"
            data-testid="tablet-faulty"
            data-id={tablet}
          >
            <Icon name="alert" />
            <span>
              {t("self-test-care", {
                number: tablet,
                site: siteOf(devices.value, tablet)?.name ?? "",
                fault: (test?.faults ?? []).map((fault) => t(faultText(fault))).join(" "),
              })}
            </span>
          </p>
        ))}
      </div>
      <button
        type="button"
        class="button"
        data-testid="manage-tablets"
        aria-haspopup="dialog"
        onClick={() => {
          subject.value = { kind: "tablets" };
        }}
      >
        <Icon name="tablet" />
        {t("devices-manage")}
      </button>
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
