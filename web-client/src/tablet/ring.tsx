/**
 * The tablet rings for somebody who is to be called back: the number as large as the screen allows,
 * a frame that pulses once a second, a tone. Sight is enough, and so is hearing.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { languageEntry } from "../core/names";
import type { CallbackView, CallId, Language } from "../core/protocol";
import { callbackNumber } from "../core/tablet";
import { LinkNotice } from "../ui/frame";
import { useGuard } from "../ui/guard";
import { Icon } from "../ui/icons";
import type { TabletPage } from "./app";
import { DeviceNotice } from "./device-notice";
import { LanguagePicture } from "./language-picture";
import { Refused } from "./refused";
import { TwoTongues } from "./two-tongues";

/** The ringing screen. */
export function RingScreen(props: { tablet: TabletPage; ring: CallbackView }): JSX.Element {
  const { tablet, ring } = props;
  const asking = useSignal(false);
  return (
    <Calling
      tablet={tablet}
      language={ring.language}
      call={ring.callback}
      title="ring-ready"
      testId="callback-ring"
    >
      {asking.value ? (
        <Absent tablet={tablet} ring={ring} />
      ) : (
        <HereOrNot
          tablet={tablet}
          here={() => void tablet.controller.answerCallback(ring)}
          absent={() => {
            asking.value = true;
          }}
        />
      )}
    </Calling>
  );
}

/** What calls a visitor: the language, the number, why; with the tone, and the answers below. */
export function Calling(props: {
  tablet: TabletPage;
  language: Language;
  /** Its last two digits are the number. */
  call: CallId;
  /** The text that says why. */
  title: string;
  testId: string;
  children: ComponentChildren;
}): JSX.Element {
  const { tablet } = props;
  const { tone } = tablet;
  const { directory, link } = tablet.page.state.value;
  // Without a connection nobody could answer; it may be over by now.
  const connected = link === "connected";
  const entry = languageEntry(directory, props.language);
  const number = callbackNumber(props.call);
  const answering = tablet.local.value.answering !== null;
  useEffect(() => {
    if (answering || !connected) return;
    tone.start();
    return () => tone.stop();
  }, [tone, answering, connected]);
  return (
    <main
      class={`ring-page ${connected ? "" : "quiet"}`}
      dir={tablet.visitor.value.dir}
      data-testid={props.testId}
      data-callback={props.call}
      data-number={number}
    >
      <p class="ring-language">
        <LanguagePicture entry={entry} />
        <span lang={entry.language === "fsl" ? "fr" : entry.language}>{entry.name}</span>
      </p>
      <p class="ring-number numbers" aria-hidden="true">
        {number}
      </p>
      <h1 aria-live="assertive">
        <span class="visually-hidden">
          <TwoTongues tablet={tablet} id="ring-number" values={{ number }} />
        </span>
        <TwoTongues tablet={tablet} id={props.title} />
      </h1>
      <LinkNotice page={tablet.page} />
      <Problem tablet={tablet} />
      {props.children}
    </main>
  );
}

function Problem({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  if (tablet.blocked.value) return <DeviceNotice tablet={tablet} />;
  return <Refused tablet={tablet} />;
}

/** The visitor is there, or is not. */
export function HereOrNot(props: {
  tablet: TabletPage;
  here: () => void;
  absent: () => void;
}): JSX.Element {
  const { tablet } = props;
  const guarded = useGuard();
  const answering = tablet.local.value.answering !== null;
  const connected = tablet.page.state.value.link === "connected";
  return (
    <div class="ended-actions">
      <button
        type="button"
        class="button primary large"
        data-testid="callback-answer"
        disabled={guarded || answering || !connected}
        aria-busy={answering}
        onClick={props.here}
      >
        <Icon name="check" />
        <TwoTongues tablet={tablet} id="ring-here" />
      </button>
      <button
        type="button"
        class="button large"
        data-testid="callback-absent"
        disabled={guarded || answering}
        onClick={props.absent}
      >
        <Icon name="person" off />
        <TwoTongues tablet={tablet} id="ring-absent" />
      </button>
    </div>
  );
}

function Absent(props: { tablet: TabletPage; ring: CallbackView }): JSX.Element {
  const { tablet, ring } = props;
  const { controller } = tablet;
  const guarded = useGuard();
  const number = callbackNumber(ring.callback);
  const connected = tablet.page.state.value.link === "connected";
  return (
    <div class="ring-absent" data-testid="callback-sure">
      <p>
        <TwoTongues tablet={tablet} id="ring-sure" values={{ number }} />
      </p>
      <div class="ended-actions">
        <button
          type="button"
          class="button large"
          data-testid="callback-cancel"
          disabled={guarded || !connected}
          onClick={() => void controller.cancelCallback(ring.callback)}
        >
          <Icon name="cross" />
          <TwoTongues tablet={tablet} id="ring-remove" />
        </button>
        {/* Second, where "not here" was: what a third touch meets does no harm. */}
        <button
          type="button"
          class="button primary large"
          data-testid="callback-later"
          disabled={guarded}
          onClick={() => controller.hush(ring)}
        >
          <Icon name="bell" />
          <TwoTongues tablet={tablet} id="ring-later" />
        </button>
      </div>
    </div>
  );
}
