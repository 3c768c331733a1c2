/** Who is to be called back at this counter, below the languages, for the agent. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { languageEntry } from "../core/names";
import { timeOfDay } from "../core/opening";
import type { CallbackView } from "../core/protocol";
import { callbackNumber } from "../core/tablet";
import { zoneOf } from "../core/zone";
import { Icon } from "../ui/icons";
import type { TabletPage } from "./app";

/** The list; nothing when nobody is to be called back. */
export function Callbacks({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { view } = tablet.page.state.value;
  if (!view || view.callbacks.length === 0) return null;
  return (
    <section class="callbacks" data-testid="callbacks">
      <h2>
        <Icon name="callBack" />
        {tablet.page.texts.value("callbacks-title")}
      </h2>
      <ul>
        {view.callbacks.map((one) => (
          <Row key={one.callback} tablet={tablet} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: { tablet: TabletPage; one: CallbackView }): JSX.Element {
  const { tablet, one } = props;
  const asking = useSignal(false);
  const t = tablet.page.texts.value;
  const { directory } = tablet.page.state.value;
  const entry = languageEntry(directory, one.language);
  const number = callbackNumber(one.callback);
  return (
    <li class="callback-row" data-testid={`callback-${one.callback}`} data-number={number}>
      <span class="callback-number numbers">{number}</span>
      <span class="two-lines">
        <span lang={entry.language === "fsl" ? "fr" : entry.language} dir="auto">
          {entry.name}
        </span>
        <span class="agent-line">
          {t("callback-since", { time: timeOfDay(one.ticket, t.locale, zoneOf(directory)) })}
          {one.attempts > 0 && ` · ${t("callback-tried", { attempts: one.attempts })}`}
        </span>
      </span>
      {asking.value ? (
        <Sure tablet={tablet} one={one} keep={() => (asking.value = false)} />
      ) : (
        <Choices tablet={tablet} one={one} remove={() => (asking.value = true)} />
      )}
    </li>
  );
}

function Choices(props: {
  tablet: TabletPage;
  one: CallbackView;
  remove: () => void;
}): JSX.Element {
  const { tablet, one } = props;
  const t = tablet.page.texts.value;
  const { pending } = tablet.local.value;
  const disabled = pending !== null || tablet.page.state.value.link !== "connected";
  return (
    <span class="callback-actions">
      <button
        type="button"
        class="button"
        data-testid="callback-here"
        disabled={disabled}
        onClick={() => void tablet.controller.answerCallback(one)}
      >
        <Icon name="check" />
        {t("callback-here")}
      </button>
      <button
        type="button"
        class="button quiet"
        data-testid="callback-remove"
        aria-label={t("callback-remove")}
        disabled={disabled}
        onClick={props.remove}
      >
        <Icon name="cross" />
      </button>
    </span>
  );
}

function Sure(props: { tablet: TabletPage; one: CallbackView; keep: () => void }): JSX.Element {
  const { tablet, one } = props;
  const t = tablet.page.texts.value;
  return (
    <span class="callback-actions">
      <button
        type="button"
        class="button danger"
        data-testid="callback-remove-sure"
        onClick={() => void tablet.controller.cancelCallback(one.callback)}
      >
        {t("callback-sure", { number: callbackNumber(one.callback) })}
      </button>
      <button type="button" class="button quiet" onClick={props.keep}>
        {t("callback-keep")}
      </button>
    </span>
  );
}
