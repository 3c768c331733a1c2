/** Calling a colleague in: to take the conversation over, or to work beside, in any language. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { languageName } from "../core/names";
import type { Language } from "../core/protocol";
import { Icon } from "../ui/icons";
import type { Console } from "./app";
import { Problem } from "./idle";

/** The two ways; choosing one rings at once, and can be taken back. */
export function Invite(props: {
  desk: Console;
  present: Language;
  close: () => void;
}): JSX.Element {
  const { desk, present, close } = props;
  const t = desk.page.texts.value;
  const { directory } = desk.page.state.value;
  const language = useSignal<Language>(present);
  const busy = desk.local.value.pending === "invite";
  const ask = async (role: "relief" | "second", wanted: Language) => {
    if (await desk.controller.invite(role, wanted)) close();
  };
  return (
    <>
      <p class="dialog-text">{t("invite-text")}</p>
      <Problem desk={desk} />
      <section class="invite">
        <p id="invite-relief-text">{t("invite-relief-text")}</p>
        <button
          type="button"
          class="button"
          data-testid="invite-relief"
          aria-describedby="invite-relief-text"
          disabled={busy}
          onClick={() => void ask("relief", present)}
        >
          <Icon name="swap" />
          {t("invite-relief")}
        </button>
      </section>
      <section class="invite">
        <p id="invite-second-text">{t("invite-second-text")}</p>
        <label class="invite-language">
          {t("ring-language")}
          <select
            data-testid="invite-language"
            value={language.value}
            onChange={(event) => {
              language.value = event.currentTarget.value;
            }}
          >
            {directory.languages.map((entry) => (
              <option key={entry.language} value={entry.language}>
                {languageName(directory, entry.language, t.locale)}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="button"
          data-testid="invite-second"
          aria-describedby="invite-second-text"
          disabled={busy}
          onClick={() => void ask("second", language.value)}
        >
          <Icon name="person" />
          {t("invite-second")}
        </button>
      </section>
      <div class="dialog-end">
        <button type="button" class="button quiet" onClick={close}>
          {t("cancel")}
        </button>
      </div>
    </>
  );
}
