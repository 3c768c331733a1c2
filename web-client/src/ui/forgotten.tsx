/** Whoever has forgotten their password has a link sent; nobody is told whether there is an account. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { askForLink } from "../core/account";
import type { Texts } from "../core/texts";
import { AccountForm } from "./account-form";
import { TextField } from "./password-field";

/** Asks for the login, then says what comes, and what to do when nothing does. */
export function Forgotten({ t }: { t: Texts }): JSX.Element {
  const asked = useSignal(false);
  if (asked.value) {
    return (
      <div class="account-form" data-testid="forgotten-sent">
        <p class="notice" role="status">
          {t("forgotten-sent")}
        </p>
        <p>{t("forgotten-none-comes")}</p>
        <button
          type="button"
          class="button"
          onClick={() => {
            asked.value = false;
          }}
        >
          {t("forgotten-again")}
        </button>
      </div>
    );
  }
  return (
    <AccountForm
      t={t}
      id="forgotten"
      submit={t("forgotten-send")}
      send={async (typed) => {
        await askForLink(typed("login"));
        asked.value = true;
      }}
    >
      {(problem) => (
        <>
          <p>{t("forgotten-what")}</p>
          <TextField id="login" label={t("login")} kind="username" problem={problem} />
        </>
      )}
    </AccountForm>
  );
}
