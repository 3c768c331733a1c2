/** The tablet: one of five screens, chosen by the core. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { MediaPicture } from "../core/media/call-media";
import type { DeviceProblem } from "../core/media/devices";
import { type TabletLocal, tabletScreen } from "../core/tablet";
import { TabletController } from "../core/tablet-controller";
import type { Texts } from "../core/texts";
import { visitorTexts } from "../core/visitor-texts";
import { Frame } from "../ui/frame";
import type { Page } from "../ui/page";
import { signalOf } from "../ui/signals";
import { CallScreen } from "./call";
import { EndedScreen } from "./ended";
import { LanguagesScreen } from "./languages";
import { WaitingScreen } from "./waiting";

/** What every screen of the tablet gets. */
export interface TabletPage {
  readonly page: Page<"tablet">;
  readonly controller: TabletController;
  readonly local: ReadonlySignal<TabletLocal>;
  readonly media: ReadonlySignal<MediaPicture>;
  readonly blocked: ReadonlySignal<DeviceProblem | null>;
  /** Texts in the language called, and French for the agent. */
  readonly visitor: ReadonlySignal<Texts | null>;
  readonly agent: ReadonlySignal<Texts | null>;
}

/** The tablet. */
export function TabletApp({ page }: { page: Page<"tablet"> }): JSX.Element {
  const tablet = useMemo(() => build(page), [page]);
  return <Frame page={page}>{() => <Screens tablet={tablet} />}</Frame>;
}

const visitor = signal<Texts | null>(null);
const agent = signal<Texts | null>(null);

function build(page: Page<"tablet">): TabletPage {
  const controller = new TabletController(page.connection);
  return {
    page,
    controller,
    local: signalOf(controller.local),
    media: signalOf(controller.media.picture),
    blocked: signalOf(controller.blocked),
    visitor,
    agent,
  };
}

function Screens({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { view } = tablet.page.state.value;
  const local = tablet.local.value;
  const screen = view && tabletScreen(view, local);
  const language = screen && languageOf(screen);
  useVisitorTexts(language);
  if (!screen) return null;
  switch (screen.kind) {
    case "languages":
      return <LanguagesScreen tablet={tablet} cancelled={screen.cancelled} />;
    case "waiting":
      return <WaitingScreen tablet={tablet} phase={screen.phase} />;
    case "connecting":
      // The interpreter is shown with the first picture, without a round trip to be told so.
      return tablet.media.value.state === "connected" ? (
        <CallScreen tablet={tablet} phase={screen.phase} />
      ) : (
        <WaitingScreen tablet={tablet} phase={screen.phase} />
      );
    case "call":
      return <CallScreen tablet={tablet} phase={screen.phase} />;
    case "ended":
      return <EndedScreen key={screen.last.call} tablet={tablet} last={screen.last} />;
  }
}

function languageOf(screen: ReturnType<typeof tabletScreen>): string | null {
  if (screen.kind === "languages") return null;
  return screen.kind === "ended" ? screen.last.language : screen.phase.language;
}

/** Loads the visitor's texts as soon as the language is known; French once, for the agent. */
function useVisitorTexts(language: string | null): void {
  useEffect(() => {
    if (!language) return;
    let wanted = true;
    const show = (error: unknown) => console.error(error);
    visitorTexts("fr").then((texts) => {
      agent.value = texts;
    }, show);
    visitorTexts(language).then((texts) => {
      if (wanted) visitor.value = texts;
    }, show);
    return () => {
      wanted = false;
    };
  }, [language]);
}
