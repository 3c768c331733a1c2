/** The closing screen: how it ended, in the visitor's language, and what can be done next. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { EndedCall } from "../core/protocol";
import { ENDED_MS, outcomeKind } from "../core/tablet";
import { Icon, type IconName } from "../ui/icons";
import { deviceText } from "../ui/problems";
import { now } from "../ui/signals";
import type { TabletPage } from "./app";
import { DeviceNotice } from "./device-notice";
import { TwoTongues } from "./two-tongues";

const PICTURE: Record<ReturnType<typeof outcomeKind>, IconName> = {
  done: "check",
  cancelled: "cross",
  nobody: "away",
  full: "person",
  broken: "alert",
};

/** The closing screen. Returns to the languages by itself. */
export function EndedScreen(props: { tablet: TabletPage; last: EndedCall }): JSX.Element {
  const { tablet, last } = props;
  const shownAt = useSignal(Date.now());
  const left = Math.max(0, shownAt.value + ENDED_MS - now.value);
  const { controller } = tablet;
  const { pending, leaving } = tablet.local.value;
  const connected = tablet.page.state.value.link === "connected";
  const blocked = tablet.blocked.value;
  useEffect(() => {
    if (left === 0) controller.dismiss(last.call);
  }, [left === 0, controller, last.call]);
  const kind = outcomeKind(last.outcome);
  return (
    <main
      class={`ended-page ${kind}`}
      dir={tablet.visitor.value.dir}
      data-testid="ended"
      data-call={last.call}
      data-outcome={last.outcome}
    >
      <span class="ended-disc" aria-hidden="true">
        <Icon name={PICTURE[kind]} />
      </span>
      <h1 aria-live="polite">
        <TwoTongues tablet={tablet} id={`ended-${kind}`} />
      </h1>
      {blocked && <DeviceNotice text={deviceText(blocked)} />}
      <div class="ended-actions">
        <button
          type="button"
          class="button primary large"
          data-testid="again"
          disabled={pending !== null || leaving !== null || !connected}
          onClick={() => void controller.tap(last.language)}
        >
          <Icon name="phone" />
          <TwoTongues tablet={tablet} id="again" />
        </button>
        <button
          type="button"
          class="button large"
          data-testid="back"
          onClick={() => controller.dismiss(last.call)}
        >
          <Icon name="grid" />
          <TwoTongues tablet={tablet} id="back" />
        </button>
      </div>
      <p class="ended-returning">
        <TwoTongues tablet={tablet} id="returning" values={{ seconds: Math.ceil(left / 1000) }} />
      </p>
    </main>
  );
}
