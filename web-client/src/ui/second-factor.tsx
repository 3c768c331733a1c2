/** Enrolling a telephone: the password, the QR code, a first code, and the codes in their place. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Account, Enrolment } from "../core/account";
import type { Texts } from "../core/texts";
import { AccountForm } from "./account-form";
import { QrCode } from "./guest-link";
import { PasswordField, TextField } from "./password-field";

/** See the module; `done` once the recovery codes have been read. */
export function SecondFactorSetup(props: {
  t: Texts;
  account: Account;
  done: () => void;
}): JSX.Element {
  const { t, account } = props;
  const begun = useSignal<Enrolment | null>(null);
  const codes = useSignal<readonly string[] | null>(null);
  if (codes.value) {
    return (
      <div class="account-form" data-testid="recovery">
        <p role="status">{t("second-factor-recovery")}</p>
        <ul class="recovery-codes numbers">
          {codes.value.map((code) => (
            <li key={code} data-testid="recovery-code">
              {code}
            </li>
          ))}
        </ul>
        <button
          type="button"
          class="button primary"
          data-testid="recovery-read"
          onClick={props.done}
        >
          {t("second-factor-recovery-read")}
        </button>
      </div>
    );
  }
  const enrolment = begun.value;
  if (!enrolment) {
    return (
      <AccountForm
        key="begin"
        t={t}
        id="second-factor-begin"
        submit={t("second-factor-add")}
        send={async (typed) => {
          begun.value = await account.begin(typed("own-password"));
        }}
      >
        {(problem) => (
          <PasswordField
            t={t}
            id="own-password"
            label={t("password")}
            kind="current-password"
            problem={problem}
          />
        )}
      </AccountForm>
    );
  }
  return (
    <AccountForm
      key="confirm"
      t={t}
      id="second-factor-confirm"
      submit={t("second-factor-confirm")}
      send={async (typed) => {
        codes.value = await account.confirm(typed("code"));
      }}
    >
      {(problem) => (
        <>
          <p>{t("second-factor-scan")}</p>
          <QrCode text={enrolment.uri} label={t("second-factor-qr")} />
          <p>
            {t("second-factor-typed")}{" "}
            <code class="second-factor-secret" data-testid="second-factor-secret">
              {enrolment.secret}
            </code>
          </p>
          <TextField
            id="code"
            label={t("second-factor-code")}
            kind="one-time-code"
            problem={problem}
          />
        </>
      )}
    </AccountForm>
  );
}
