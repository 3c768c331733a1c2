/** Asking the coordinators for help, and taking it back. */
import type { JSX } from "preact";
import type { HelpReason } from "../core/protocol";
import { Icon } from "../ui/icons";
import type { Console, InterpreterPicture } from "./app";
import { Problem } from "./idle";

const REASONS: readonly HelpReason[] = ["technical", "difficult", "danger", "relief", "other"];

/** The reasons; choosing one asks at once. */
export function AskHelp(props: {
  desk: Console;
  view: InterpreterPicture;
  close: () => void;
}): JSX.Element {
  const { desk, view, close } = props;
  const t = desk.page.texts.value;
  return (
    <>
      <p class="dialog-text">{t("help-ask-text")}</p>
      <Problem desk={desk} />
      <div class="choices">
        {REASONS.map((reason) => (
          <button
            key={reason}
            type="button"
            class={`button large ${reason === "danger" ? "danger" : ""}`}
            data-testid={`help-${reason}`}
            aria-pressed={view.help === reason}
            disabled={desk.local.value.pending === "ask_help"}
            onClick={async () => {
              if (await desk.controller.askHelp(reason)) close();
            }}
          >
            {t(`help-reason-${reason}`)}
          </button>
        ))}
      </div>
      <div class="dialog-end">
        <button type="button" class="button quiet" onClick={close}>
          {t("dialog-close")}
        </button>
      </div>
    </>
  );
}

/** Help is asked for: says so, and takes it back. */
export function HelpLine({ desk, view }: { desk: Console; view: InterpreterPicture }): JSX.Element {
  const t = desk.page.texts.value;
  return (
    <div role="status" class="live-region">
      {view.help && (
        <p class="notice" data-testid="help-asked" data-reason={view.help}>
          <Icon name="bell" />
          <span>{t("help-asked", { reason: t(`help-reason-${view.help}`) })}</span>
          <button
            type="button"
            class="button"
            data-testid="help-take-back"
            disabled={desk.local.value.pending === "ask_help"}
            onClick={() => void desk.controller.askHelp(null)}
          >
            {t("help-take-back")}
          </button>
        </p>
      )}
    </div>
  );
}
