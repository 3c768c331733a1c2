/**
 * Becoming a tablet: the code that the coordinator's page shows, typed once. Also what a tablet shows
 * that is one no more, with the reason.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import en from "../../locales/en/enrol.ftl?raw";
import fr from "../../locales/fr/enrol.ftl?raw";
import { CODE_LENGTH, grouped, LETTERS, typed } from "../core/pairing-code";
import { buildTexts, type Texts } from "../core/texts";
import { Icon, Mark } from "../ui/icons";
import type { Page } from "../ui/page";
import { signInText } from "../ui/problems";

/** See the module. */
export function EnrolScreen({ page }: { page: Page<"tablet"> }): JSX.Element {
  const own = page.texts.value;
  // With the screen, so that no tablet carries them that is paired already.
  const t = useMemo(() => buildTexts(own.locale, [own.locale === "fr" ? fr : en], own), [own]);
  const { info, problem } = page.session.value;
  const { over } = info ?? {};
  return (
    <main class="center-page">
      <section class="panel enrol" data-testid="enrol" data-over={over ?? ""}>
        <header class="sign-in-head">
          <Mark />
          <div>
            <p class="sign-in-service">{info?.service || "Passerelle"}</p>
            <h1>{t("enrol-title")}</h1>
          </div>
        </header>
        {over && over !== "signed_out" && (
          <p class="notice wait" role="status">
            <Icon name="alert" />
            <span>{t(`enrol-over-${over}`)}</span>
          </p>
        )}
        {problem && (
          <p class="notice alarm" role="alert" data-testid="enrol-problem" data-problem={problem}>
            <Icon name="alert" />
            <span>{t(signInText(problem))}</span>
          </p>
        )}
        <CodeForm page={page} t={t} />
      </section>
    </main>
  );
}

/** The field, and keys that are large enough for a counter. */
function CodeForm({ page, t }: { page: Page<"tablet">; t: Texts }): JSX.Element {
  const { busy } = page.session.value;
  const code = useSignal("");
  const send = async (event: Event) => {
    event.preventDefault();
    if (busy || code.value.length < CODE_LENGTH) return;
    await page.signIn.pair(code.value);
    code.value = "";
  };
  return (
    <form class="enrol-form" onSubmit={(event) => void send(event)}>
      <label for="pairing-code">{t("enrol-text")}</label>
      <input
        id="pairing-code"
        class="enrol-code"
        data-testid="pairing-code"
        dir="ltr"
        value={grouped(code.value)}
        // The keys below are enough; the system's keyboard would cover them.
        inputMode="none"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        onInput={(event) => {
          const field = event.currentTarget;
          code.value = typed(field.value);
          // Also where nothing of it is taken.
          field.value = grouped(code.value);
        }}
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would be one more name to hear. */}
      <div class="enrol-keys" role="group" aria-label={t("enrol-keys")} dir="ltr">
        {[...LETTERS].map((letter) => (
          <button
            key={letter}
            type="button"
            class="button enrol-key"
            data-testid={`key-${letter}`}
            onClick={() => {
              code.value = typed(code.value + letter);
            }}
          >
            {letter}
          </button>
        ))}
        <button
          type="button"
          class="button enrol-key"
          aria-label={t("enrol-erase")}
          data-testid="key-erase"
          onClick={() => {
            code.value = code.value.slice(0, -1);
          }}
        >
          <Icon name="erase" />
        </button>
      </div>
      <button
        type="submit"
        class="button primary enrol-send"
        data-testid="pair"
        disabled={busy || code.value.length < CODE_LENGTH}
      >
        <Icon name="check" />
        {t(busy ? "enrol-busy" : "enrol-send")}
      </button>
    </form>
  );
}
