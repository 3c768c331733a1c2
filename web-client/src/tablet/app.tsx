/** The tablet: one of ten screens, chosen by the core. */
import { computed, type ReadonlySignal, type Signal, signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { CompanyDesk, type CompanyState } from "../core/company";
import type { MediaPicture } from "../core/media/call-media";
import type { TabletPhase } from "../core/protocol";
import { RingTone } from "../core/ring-tone";
import { type TabletLocal, tabletScreen } from "../core/tablet";
import { type Blocked, TabletController } from "../core/tablet-controller";
import type { Texts } from "../core/texts";
import { textsFor, VisitorTexts } from "../core/visitor-texts";
import { Frame } from "../ui/frame";
import type { Page } from "../ui/page";
import { SignInPanel } from "../ui/sign-in-panel";
import { signalOf } from "../ui/signals";

import { DueScreen } from "./due";
import { EndedScreen } from "./ended";
import { LanguagesScreen } from "./languages";
import { RingScreen } from "./ring";
import { type LaterScreens, ScreensLater } from "./screens-later";
import { WaitingScreen } from "./waiting";

/** A page is drawn and connected after this time, where the browser does not say so. */
const IDLE_MS = 1_000;

/** What every screen of the tablet gets. */
export interface TabletPage {
  readonly page: Page<"tablet">;
  readonly controller: TabletController;
  readonly local: ReadonlySignal<TabletLocal>;
  readonly media: ReadonlySignal<MediaPicture>;
  /** Changes when a way or a subject was chosen, and when that may be taken back. */
  readonly settled: ReadonlySignal<number>;
  readonly blocked: ReadonlySignal<Blocked | null>;
  /** Rings for somebody who is to be called back. */
  readonly tone: RingTone;
  readonly visitorTexts: VisitorTexts;
  /** The texts of a call language, or French as long as they are not there. */
  textsOf(language: string): Texts;
  /** What the visitor reads: the texts of the language on the screen. */
  readonly visitor: ReadonlySignal<Texts>;
  /** Who else may be in the call. */
  readonly company: CompanyDesk<"tablet">;
  readonly companyState: ReadonlySignal<CompanyState>;
  /** The panel beside the pictures of a call, as the tablet's people have opened it. */
  readonly panel: Signal<CallPanel | null>;
  readonly later: ScreensLater;
}

/** What may stand beside the pictures of a call. */
export type CallPanel = "guest" | "text";

/** The tablet. */
export function TabletApp({ page }: { page: Page<"tablet"> }): JSX.Element {
  const tablet = useMemo(() => build(page), [page]);
  useEffect(
    () =>
      whenIdle(() => {
        tablet.later.want();
        tablet.visitorTexts.preload();
      }),
    [tablet],
  );
  useEffect(() => {
    // Browsers give sound only after a click (the press of a finger is none yet), and may take it
    // back: each one anywhere asks for it.
    const unlock = () => tablet.tone.unlock();
    document.addEventListener("click", unlock);
    return () => document.removeEventListener("click", unlock);
  }, [tablet]);
  return (
    <Frame page={page} signedOut={() => <SignedOut tablet={tablet} />}>
      {() => <Screens tablet={tablet} />}
    </Frame>
  );
}

/** A tablet is paired; in the demonstration anybody may be one, unless this one was one before. */
function SignedOut({ tablet }: { tablet: TabletPage }): JSX.Element {
  const { page } = tablet;
  const { info, problem } = page.session.value;
  const code = useSignal(false);
  if (!info?.demo || info.over || code.value || problem?.startsWith("pairing")) {
    return <Later tablet={tablet} draw={(all) => <all.EnrolScreen page={page} />} />;
  }
  return (
    <SignInPanel page={page}>
      <button
        type="button"
        class="button"
        data-testid="have-code"
        onClick={() => {
          code.value = true;
        }}
      >
        {page.texts.value("enrol-title")}
      </button>
    </SignInPanel>
  );
}

function build(page: Page<"tablet">): TabletPage {
  const controller = new TabletController(page.connection);
  const visitorTexts = new VisitorTexts();
  const company = new CompanyDesk(page.connection, location.origin);
  const local = signalOf(controller.local);
  const library = signalOf(visitorTexts.library);
  const textsOf = (language: string) => textsFor(library.value, language);
  return {
    page,
    controller,
    local,
    media: signalOf(controller.media.picture),
    settled: signalOf(controller.settled),
    blocked: signalOf(controller.blocked),
    company,
    companyState: signalOf(company.state),
    panel: signal<CallPanel | null>(null),
    later: new ScreensLater((screens) => screens.addCallTexts(visitorTexts)),
    tone: new RingTone(),
    visitorTexts,
    textsOf,
    visitor: computed(() => {
      const { view } = page.state.value;
      const language = view && languageOf(tabletScreen(view, local.value));
      return textsOf(language ?? "fr");
    }),
  };
}

/** Runs once the page has drawn and connected; Safari has no word for idle. */
function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) window.requestIdleCallback(run);
  else setTimeout(run, IDLE_MS);
}

function Screens({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { view } = tablet.page.state.value;
  const local = tablet.local.value;
  const screen = view && tabletScreen(view, local);
  const language = screen && languageOf(screen);
  const { visitorTexts } = tablet;
  useEffect(() => (language ? visitorTexts.want(language) : undefined), [language, visitorTexts]);
  if (!screen) return null;
  switch (screen.kind) {
    case "languages":
      return <LanguagesScreen tablet={tablet} cancelled={screen.cancelled} />;
    case "waiting":
      return <WaitingScreen tablet={tablet} phase={screen.phase} />;
    case "connecting":
      // The interpreter is shown with the first picture, without a round trip to be told so.
      return tablet.media.value.state === "connected" && tablet.later.screens.value ? (
        call(tablet, screen.phase)
      ) : (
        <WaitingScreen tablet={tablet} phase={screen.phase} />
      );
    case "call":
      return call(tablet, screen.phase);
    case "ended":
      return <EndedScreen key={screen.last.call} tablet={tablet} last={screen.last} />;
    case "callback":
      return <RingScreen key={screen.ring.callback} tablet={tablet} ring={screen.ring} />;
    case "due":
      return (
        <DueScreen
          key={screen.appointment.appointment}
          tablet={tablet}
          appointment={screen.appointment}
        />
      );
    case "pointing":
      return <Later tablet={tablet} draw={(all) => <all.PointingScreen tablet={tablet} />} />;
    case "booking": {
      const { language, call } = screen;
      return (
        <Later
          tablet={tablet}
          draw={(all) => <all.BookingScreen tablet={tablet} language={language} call={call} />}
        />
      );
    }
    case "appointment": {
      const { appointment } = screen;
      return (
        <Later
          tablet={tablet}
          draw={(all) => <all.TicketScreen tablet={tablet} appointment={appointment} />}
        />
      );
    }
  }
}

function call(
  tablet: TabletPage,
  phase: Extract<TabletPhase, { kind: "connecting" | "active" }>,
): JSX.Element {
  return <Later tablet={tablet} draw={(all) => <all.CallScreen tablet={tablet} phase={phase} />} />;
}

/** A screen that is fetched later; a moment without it only where somebody was very quick. */
function Later(props: {
  tablet: TabletPage;
  draw: (screens: LaterScreens) => JSX.Element;
}): JSX.Element {
  const { later } = props.tablet;
  useEffect(() => later.want(), [later]);
  const screens = later.screens.value;
  return screens ? (
    props.draw(screens)
  ) : (
    <main class="center-page">
      <span class="spinner" />
    </main>
  );
}

function languageOf(screen: ReturnType<typeof tabletScreen>): string | null {
  switch (screen.kind) {
    case "languages":
    case "pointing":
      return null;
    case "booking":
      return screen.language;
    case "due":
    case "appointment":
      return screen.appointment.language;
    case "ended":
      return screen.last.language;
    case "callback":
      return screen.ring.language;
    default:
      return screen.phase.language;
  }
}
