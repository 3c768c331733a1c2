/**
 * How the tablet's test of itself went, as a small mark beside the name of the place; a touch of it
 * says more, and tests anew. Nothing of it is for visitors.
 */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Found, faultText } from "../core/self-test/faults";
import { type Known, SelfTestPlan } from "../core/self-test/plan";
import { clockOffset } from "../core/server-clock";
import { type FtlFiles, loadTexts, type Texts } from "../core/texts";
import { zoneOf } from "../core/zone";
import { Icon, type IconName } from "../ui/icons";
import { useCell } from "../ui/text-panel";
import type { TabletPage } from "./app";
import "./self-test.css";

const FILES = import.meta.glob("../../locales/*/self-test.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

const texts = signal<Texts | null>(null);
const plans = new WeakMap<TabletPage, SelfTestPlan>();

type State = "none" | "running" | "ok" | "failed";

const ICON: Record<State, IconName> = {
  none: "again",
  running: "hourglass",
  ok: "check",
  failed: "alert",
};

function planOf(tablet: TabletPage): SelfTestPlan {
  const known = plans.get(tablet) ?? new SelfTestPlan(() => knownBy(tablet));
  plans.set(tablet, known);
  return known;
}

function knownBy(tablet: TabletPage): Known | null {
  const { view, link, clock, directory } = tablet.page.state.peek();
  if (!view || link !== "connected") return null;
  return {
    now: Date.now() + clockOffset(clock),
    zone: zoneOf(directory),
    visible: document.visibilityState === "visible",
    view,
    local: tablet.local.peek(),
  };
}

/** The mark; while it is on the screen, the tablet plans its tests. */
export function SelfTestMark({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const plan = planOf(tablet);
  const { running, found } = useCell(plan.standing);
  const [open, setOpen] = useState(false);
  const { locale } = tablet.page.texts.value;
  useEffect(() => plan.watch(), [plan]);
  useEffect(() => {
    if (texts.peek()?.locale === locale) return;
    loadTexts(FILES, locale).then(
      (loaded) => {
        texts.value = loaded;
      },
      (error: unknown) => console.warn(error),
    );
  }, [locale]);
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    // Whoever comes next has all languages before them.
    const close = ({ target }: Event) => {
      if (!place.current?.contains(target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, [open]);
  const t = texts.value;
  if (!t) return null;
  const state = running ? "running" : stateOf(found);
  return (
    <div
      ref={place}
      class="self-test"
      data-testid="self-test"
      data-state={state}
      lang={t.locale}
      dir={t.dir}
    >
      <button
        type="button"
        class="button quiet self-test-mark"
        data-testid="self-test-mark"
        aria-expanded={open}
        aria-label={t("self-test-title")}
        onClick={() => setOpen(!open)}
      >
        <Icon name={ICON[state]} />
        {state === "failed" && <span>{t("self-test-call-service")}</span>}
      </button>
      {open && (
        <section class="self-test-more" aria-label={t("self-test-title")}>
          <Words t={t} state={state} found={found} />
          <p class="self-test-buttons">
            <button
              type="button"
              class="button"
              data-testid="self-test-now"
              disabled={running}
              onClick={() => plan.now()}
            >
              {t("self-test-again")}
            </button>
            <button type="button" class="button quiet" onClick={() => setOpen(false)}>
              {t("self-test-close")}
            </button>
          </p>
        </section>
      )}
    </div>
  );
}

function stateOf(found: Found | null): State {
  if (!found) return "none";
  return found.faults.length === 0 ? "ok" : "failed";
}

function Words(props: { t: Texts; state: State; found: Found | null }): JSX.Element {
  const { t, state, found } = props;
  if (state !== "failed" || !found) {
    return (
      <p role="status">
        {t(`self-test-${state}`)}
        {state === "ok" && found?.way && ` · ${t(`self-test-way-${found.way}`)}`}
      </p>
    );
  }
  return (
    <ul role="status">
      {found.faults.map((fault) => (
        <li key={fault} data-fault={fault}>
          {t(faultText(fault))}
        </li>
      ))}
    </ul>
  );
}
