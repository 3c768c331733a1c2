/** Passing a conversation on to another language: choose, read what will happen, confirm. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { languageName } from "../core/names";
import type { Language } from "../core/protocol";
import { Icon } from "../ui/icons";
import type { Console } from "./app";
import { Problem } from "./idle";

/** Two steps: which language, and is that meant. */
export function Transfer(props: {
  desk: Console;
  present: Language;
  close: () => void;
}): JSX.Element {
  const { desk, present, close } = props;
  const t = desk.page.texts.value;
  const { directory } = desk.page.state.value;
  const chosen = useSignal<Language | null>(null);
  const name = (language: Language) => languageName(directory, language, t.locale);
  if (chosen.value !== null) {
    return (
      <Confirm
        desk={desk}
        chosen={chosen.value}
        name={name(chosen.value)}
        back={() => {
          chosen.value = null;
        }}
        close={close}
      />
    );
  }
  return (
    <>
      <p class="dialog-text">{t("transfer-text")}</p>
      <div class="choices">
        {directory.languages
          .filter(({ language }) => language !== present)
          .map(({ language }) => (
            <button
              key={language}
              type="button"
              class="button"
              data-testid={`transfer-${language}`}
              onClick={() => {
                chosen.value = language;
              }}
            >
              {name(language)}
            </button>
          ))}
      </div>
      <div class="dialog-end">
        <button type="button" class="button quiet" onClick={close}>
          {t("cancel")}
        </button>
      </div>
    </>
  );
}

function Confirm(props: {
  desk: Console;
  chosen: Language;
  name: string;
  back: () => void;
  close: () => void;
}): JSX.Element {
  const { desk, chosen, name, close } = props;
  const t = desk.page.texts.value;
  return (
    <>
      <p>{t("transfer-what", { language: name })}</p>
      <Problem desk={desk} />
      <div class="dialog-end">
        <button type="button" class="button quiet" onClick={props.back}>
          {t("transfer-back")}
        </button>
        <button
          type="button"
          class="button primary"
          data-testid="transfer-confirm"
          disabled={desk.local.value.pending === "transfer"}
          onClick={async () => {
            if (await desk.controller.transfer(chosen)) close();
          }}
        >
          <Icon name="swap" />
          {t("transfer-confirm", { language: name })}
        </button>
      </div>
    </>
  );
}
