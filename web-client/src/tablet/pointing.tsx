/**
 * Nobody knows which language: the tablet is turned to the visitor, who points. Every language large
 * in its own script, with "I speak …" in that language; a touch calls, as on the first screen.
 */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { ClosedLanguage, LanguageEntry } from "../core/protocol";
import { visitorLocale } from "../core/visitor-texts";
import { LinkNotice } from "../ui/frame";
import { Icon } from "../ui/icons";
import type { TabletPage } from "./app";
import { LanguagePicture } from "./language-picture";
import { Opening } from "./opening";
import { useQuietEnd } from "./quiet-end";

/** The page to point at. */
export function PointingScreen({ tablet }: { tablet: TabletPage }): JSX.Element {
  const { page, controller } = tablet;
  const t = page.texts.value;
  const { directory, view } = page.state.value;
  useQuietEnd(() => controller.open(null));
  return (
    <div class="pointing-page" data-testid="pointing">
      <header class="pointing-head">
        <span class="pointing-finger" aria-hidden="true">
          <Icon name="point" />
        </span>
        <h1>{t("point-title")}</h1>
        <button
          type="button"
          class="button large"
          data-testid="pointing-back"
          onClick={() => controller.open(null)}
        >
          <Icon name="grid" />
          {t("point-back")}
        </button>
      </header>
      <main>
        <LinkNotice page={page} />
        <ul class="pointing-list" aria-label={t("language-list")}>
          {directory.languages.map((entry) => (
            <li key={entry.language}>
              <Tongue
                tablet={tablet}
                entry={entry}
                closed={view?.closed.find((one) => one.language === entry.language) ?? null}
              />
            </li>
          ))}
        </ul>
      </main>
    </div>
  );
}

function Tongue(props: {
  tablet: TabletPage;
  entry: LanguageEntry;
  closed: ClosedLanguage | null;
}): JSX.Element {
  const { tablet, entry, closed } = props;
  const { visitorTexts, controller } = tablet;
  const { pending, leaving } = tablet.local.value;
  const connected = tablet.page.state.value.link === "connected";
  useEffect(() => visitorTexts.want(entry.language), [entry.language, visitorTexts]);
  const texts = tablet.textsOf(entry.language);
  const tongue = entry.language === "fsl" ? "fr" : entry.language;
  return (
    <button
      type="button"
      class={`tongue ${closed ? "closed" : ""}`}
      data-testid={`point-${entry.language}`}
      data-closed={closed !== null}
      dir={entry.rtl ? "rtl" : "ltr"}
      disabled={pending !== null || leaving !== null || !connected}
      aria-busy={pending === entry.language}
      onClick={() => void controller.tap(entry.language)}
    >
      <span class="language-picture">
        {pending === entry.language ? <span class="spinner" /> : <LanguagePicture entry={entry} />}
        {closed && (
          <span class="language-lock">
            <Icon name="lock" />
          </span>
        )}
      </span>
      <span class="tongue-words">
        <span class="tongue-name" lang={tongue}>
          {entry.name}
        </span>
        <span class="tongue-mine" lang={texts.locale} dir={texts.dir}>
          {speaks(tablet, entry)}
        </span>
        {closed && <Opening tablet={tablet} texts={texts} at={closed.opens_at} />}
        {entry.name_fr !== entry.name && (
          <span class="agent-line" lang="fr" dir="ltr">
            {entry.name_fr}
          </span>
        )}
      </span>
    </button>
  );
}

/** "I speak …" in the language itself, or by its name where there are no texts in it. */
function speaks(tablet: TabletPage, entry: LanguageEntry): string {
  const texts = tablet.textsOf(entry.language);
  if (entry.mode === "signed") return texts("point-sign");
  const primary = entry.language.split("-")[0];
  const own = visitorLocale(entry.language) === primary && texts.locale === primary;
  return own ? texts("point-own") : texts("point-named", { name: entry.name });
}
