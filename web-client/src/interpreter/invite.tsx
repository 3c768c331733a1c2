/**
 * Calling somebody in: a colleague, to take the conversation over or to work beside in any language;
 * or a third party, by a link.
 */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { languageName } from "../core/names";
import type { Activity, Language } from "../core/protocol";
import { Icon } from "../ui/icons";
import type { Console, InterpreterPicture } from "./app";
import { GuestInvitation } from "./company";
import { Problem } from "./idle";
import { mayInvite } from "./work";

type Active = Extract<Activity, { kind: "active" }>;

/** Everybody who can be called in now. */
export function Invite(props: {
  desk: Console;
  view: InterpreterPicture;
  activity: Active;
  close: () => void;
}): JSX.Element {
  const { desk, view, activity, close } = props;
  const t = desk.page.texts.value;
  return (
    <>
      <Problem desk={desk} />
      {mayInvite(view) && <Colleague desk={desk} present={activity.language} close={close} />}
      <GuestInvitation desk={desk} activity={activity} />
      <div class="dialog-end">
        <button type="button" class="button quiet" onClick={close}>
          {t("dialog-close")}
        </button>
      </div>
    </>
  );
}

/** The two ways; choosing one rings at once, and can be taken back. */
function Colleague(props: { desk: Console; present: Language; close: () => void }): JSX.Element {
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
    </>
  );
}
