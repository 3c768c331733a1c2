/** A third party's page: one of its screens, chosen by the core; none is a dead end. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import type { ClientState } from "../core/client-state";
import type { Connection } from "../core/connection";
import { type GuestLocal, type GuestScreen, guestScreen } from "../core/guest";
import type { GuestController } from "../core/guest-controller";
import type { MediaPicture } from "../core/media/call-media";
import type { Diagnosis } from "../core/media/diagnose";
import type { Texts } from "../core/texts";
import { Icon, Mark } from "../ui/icons";
import { CallScreen } from "./call";
import { Lobby } from "./lobby";
import { LOCALES } from "./locales";

/** What every screen of the page gets. */
export interface GuestPage {
  readonly connection: Connection<"guest">;
  readonly controller: GuestController;
  readonly texts: Signal<Texts>;
  readonly state: ReadonlySignal<ClientState<"guest">>;
  readonly local: ReadonlySignal<GuestLocal>;
  readonly media: ReadonlySignal<MediaPicture>;
  /** What is known of this person's network. */
  readonly network: ReadonlySignal<Diagnosis | null>;
  /** Changes the language of the page. */
  setLocale(locale: string): Promise<void>;
}

/** See the module. */
export function GuestApp({ page }: { page: GuestPage }): JSX.Element {
  const screen = guestScreen(page.local.value, page.state.value);
  const { view } = page.state.value;
  if (screen === "call" && view) return <CallScreen page={page} view={view} />;
  return (
    <>
      <Head page={page} />
      <main class="guest-main" data-testid={`guest-${screen}`}>
        <Between page={page} screen={screen} />
      </main>
    </>
  );
}

function Head({ page }: { page: GuestPage }): JSX.Element {
  const t = page.texts.value;
  return (
    <header class="guest-head">
      <Mark />
      <p>{page.local.value.service}</p>
      <label class="guest-language">
        <span class="visually-hidden">{t("language")}</span>
        <select
          data-testid="language"
          value={t.locale}
          onChange={(event) => void page.setLocale(event.currentTarget.value)}
        >
          {LOCALES.map(({ locale, name }) => (
            <option key={locale} value={locale} lang={locale}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

function Between({ page, screen }: { page: GuestPage; screen: GuestScreen }): JSX.Element {
  const t = page.texts.value;
  const { controller } = page;
  switch (screen) {
    case "lobby":
      return <Lobby page={page} />;
    case "checking":
    case "unreachable":
      return <Waiting text={t(screen)} />;
    case "connecting":
    case "call":
      return <Waiting text={t("joining")} />;
    case "elsewhere":
      return (
        <Message page={page} id="elsewhere">
          <button type="button" class="button primary" onClick={() => controller.takeOver()}>
            <Icon name="again" />
            {t("elsewhere-here")}
          </button>
        </Message>
      );
    case "gone":
      return (
        <Message page={page} id="gone">
          <button
            type="button"
            class="button"
            data-testid="check-again"
            onClick={() => location.reload()}
          >
            <Icon name="again" />
            {t("check-again")}
          </button>
        </Message>
      );
    case "left":
    case "over":
      return <Message page={page} id={screen} />;
  }
}

function Waiting({ text }: { text: string }): JSX.Element {
  return (
    <div class="loading" role="status">
      <span class="spinner" />
      <p>{text}</p>
    </div>
  );
}

function Message(props: {
  page: GuestPage;
  id: "left" | "over" | "gone" | "elsewhere";
  children?: ComponentChildren;
}): JSX.Element {
  const t = props.page.texts.value;
  return (
    <section class="panel message" role="status">
      <h1>{t(`${props.id}-title`)}</h1>
      <p>{t(`${props.id}-text`)}</p>
      {props.children}
    </section>
  );
}
