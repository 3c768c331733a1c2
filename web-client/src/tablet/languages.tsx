/** The first screen: the languages, each in its own script. One touch calls. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { siteName } from "../core/names";
import type { ClosedLanguage, EndedCall, LanguageEntry, ViewOf } from "../core/protocol";
import { ENDED_MS } from "../core/tablet";
import { LinkNotice } from "../ui/frame";
import { Icon, Mark } from "../ui/icons";
import type { TabletPage } from "./app";
import { Appointments } from "./appointments";
import { Callbacks } from "./callbacks";
import { DeviceNotice } from "./device-notice";
import { LanguagePicture } from "./language-picture";
import { Opening } from "./opening";
import { Refused } from "./refused";

/** The languages, with whatever came of the touch before. */
export function LanguagesScreen(props: {
  tablet: TabletPage;
  cancelled: EndedCall | null;
}): JSX.Element {
  const { tablet, cancelled } = props;
  const { page } = tablet;
  const t = page.texts.value;
  const { directory, view } = page.state.value;
  return (
    <div class={`languages-page ${room(view)}`}>
      <header class="tablet-head">
        <Mark />
        <p class="two-lines">
          <span class="site-name">{view && siteName(directory, view.site)}</span>
          <span class="agent-line">{directory.service}</span>
        </p>
        <Checked tablet={tablet} />
      </header>
      <main class="languages-main">
        <div class="languages-title">
          <h1>{t("choose-language")}</h1>
          <UnknownLanguage tablet={tablet} />
        </div>
        <LinkNotice page={page} />
        <Notices tablet={tablet} />
        {cancelled && <Cancelled tablet={tablet} cancelled={cancelled} />}
        {directory.languages.length === 0 && <p class="notice wait">{t("no-languages")}</p>}
        <ul
          class="language-grid"
          data-columns={columns(directory.languages.length)}
          aria-label={t("language-list")}
        >
          {directory.languages.map((entry) => (
            <li key={entry.language}>
              <LanguageButton
                tablet={tablet}
                entry={entry}
                closed={view?.closed.find((one) => one.language === entry.language) ?? null}
              />
            </li>
          ))}
        </ul>
        <Appointments tablet={tablet} />
        <Callbacks tablet={tablet} />
      </main>
    </div>
  );
}

/** Whether the tablet works, by its own test. */
function Checked({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const later = tablet.later.screens.value;
  return later && <later.SelfTestMark tablet={tablet} />;
}

/** How much room the lists below leave to the buttons. */
function room(view: ViewOf<"tablet"> | null): string {
  const lists = [view?.callbacks ?? [], view?.appointments ?? []];
  return ["", "narrow", "narrow flat"][lists.filter((list) => list.length > 0).length] ?? "";
}

/** For when neither knows what to touch: the visitor points. */
function UnknownLanguage({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const { directory } = tablet.page.state.value;
  const t = tablet.page.texts.value;
  const { pending } = tablet.local.value;
  if (directory.languages.length < 2) return null;
  return (
    <button
      type="button"
      class="button unknown-language"
      data-testid="unknown-language"
      disabled={pending !== null}
      onClick={() => tablet.controller.open({ kind: "pointing" })}
    >
      <Icon name="point" />
      <span class="two-lines">
        <span>{t("unknown-language")}</span>
        <span class="agent-line">{t("unknown-language-hint")}</span>
      </span>
    </button>
  );
}

/** Columns on a tablet held wide, chosen so that the last row is never left with one button. */
function columns(count: number): number {
  if (count <= 3) return count;
  if (count === 4) return 2;
  return count % 4 === 0 || count > 9 ? 4 : 3;
}

function LanguageButton(props: {
  tablet: TabletPage;
  entry: LanguageEntry;
  closed: ClosedLanguage | null;
}): JSX.Element {
  const { tablet, entry, closed } = props;
  const { pending, leaving } = tablet.local.value;
  const connected = tablet.page.state.value.link === "connected";
  const { visitorTexts } = tablet;
  const wanted = closed !== null;
  useEffect(
    () => (wanted ? visitorTexts.want(entry.language) : undefined),
    [wanted, entry.language, visitorTexts],
  );
  const calling = pending === entry.language;
  // A name in the agent's French is only added where the own name does not say it already.
  const detail = entry.name_fr.toLowerCase() === entry.name.toLowerCase() ? "" : entry.name_fr;
  return (
    <button
      type="button"
      class={`language ${entry.mode} ${closed ? "closed" : ""}`}
      data-testid={`language-${entry.language}`}
      data-closed={closed !== null}
      disabled={pending !== null || leaving !== null || !connected}
      aria-busy={calling}
      onClick={() => void tablet.controller.tap(entry.language)}
    >
      <span class="language-picture">
        {calling ? <span class="spinner" /> : <LanguagePicture entry={entry} />}
        {closed && (
          <span class="language-lock">
            <Icon name="lock" />
          </span>
        )}
      </span>
      <span class="two-lines">
        <span
          class="language-name"
          lang={entry.language === "fsl" ? "fr" : entry.language}
          dir={entry.rtl ? "rtl" : "ltr"}
        >
          {entry.name}
        </span>
        {closed && !calling ? (
          <Opening
            tablet={tablet}
            texts={tablet.textsOf(entry.language)}
            at={closed.opens_at}
            lead={detail}
          />
        ) : (
          <span class="language-french" lang="fr" dir="ltr">
            {calling ? tablet.page.texts.value("calling") : detail}
          </span>
        )}
      </span>
    </button>
  );
}

function Notices({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  if (tablet.blocked.value) return <DeviceNotice tablet={tablet} />;
  return <Refused tablet={tablet} />;
}

function Cancelled(props: { tablet: TabletPage; cancelled: EndedCall }): JSX.Element {
  const { tablet, cancelled } = props;
  const t = tablet.page.texts.value;
  const { directory } = tablet.page.state.value;
  const { controller } = tablet;
  const entry = directory.languages.find((one) => one.language === cancelled.language);
  useEffect(() => {
    const timer = setTimeout(() => controller.dismiss(cancelled.call), ENDED_MS);
    return () => clearTimeout(timer);
  }, [controller, cancelled.call]);
  return (
    <div class="notice" role="status" data-testid="ended" data-outcome={cancelled.outcome}>
      <Icon name="cross" />
      <span>{t("cancelled", { language: entry?.name_fr ?? cancelled.language })}</span>
      <button
        type="button"
        class="button"
        data-testid="again"
        onClick={() => void controller.tap(cancelled.language)}
      >
        <Icon name="phone" />
        {t("again")}
      </button>
      <button
        type="button"
        class="button"
        data-testid="appointment"
        onClick={() =>
          controller.open({ kind: "booking", language: cancelled.language, call: null })
        }
      >
        <Icon name="calendar" />
        {t("appointment-book")}
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label={t("close")}
        onClick={() => controller.dismiss(cancelled.call)}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
}
