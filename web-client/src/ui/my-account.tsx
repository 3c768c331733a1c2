/** One's own sessions, password and second factor, in a dialog of the console's head. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo } from "preact/hooks";
import {
  Account,
  type AccountProblem,
  accountProblem,
  type OwnAccount,
  type OwnSession,
} from "../core/account";
import { moment } from "../core/moments";
import type { Role } from "../core/protocol";
import { zoneOf } from "../core/zone";
import { AccountForm } from "./account-form";
import { AccountNotice } from "./account-notice";
import { Icon } from "./icons";
import type { Page } from "./page";
import { PasswordField } from "./password-field";
import { SecondFactorSetup } from "./second-factor";
import "../ui/company.css";

/** What the dialog's parts share. */
interface Mine<R extends Role> {
  readonly page: Page<R>;
  readonly account: Account;
  readonly own: OwnAccount;
  look: () => Promise<void>;
}

/** The dialog's contents. */
export function MyAccount<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  const account = useMemo(() => new Account(page.role), [page]);
  const own = useSignal<OwnAccount | null>(null);
  const problem = useSignal<AccountProblem | null>(null);
  const look = useCallback(async () => {
    try {
      own.value = await account.look();
      problem.value = null;
    } catch (error) {
      problem.value = accountProblem(error);
    }
  }, [account, own, problem]);
  useEffect(() => void look(), [look]);
  const mine = own.value && { page, account, own: own.value, look };
  return (
    <div class="my-account" data-testid="my-account">
      <AccountNotice t={page.texts.value} id="account-problem" problem={problem.value} />
      {mine && <Sessions mine={mine} />}
      {mine && mine.own.login !== null && (
        <>
          <ChangePassword mine={mine} login={mine.own.login} />
          <SecondFactor mine={mine} />
        </>
      )}
    </div>
  );
}

function Sessions<R extends Role>({ mine }: { mine: Mine<R> }): JSX.Element {
  const { page, account, own, look } = mine;
  const t = page.texts.value;
  const end = async (session?: string) => {
    // What was not ended is still in the list.
    await account.end(session).catch(accountProblem);
    await look();
  };
  return (
    <section>
      <h3>{t("sessions-title")}</h3>
      <ul class="sessions">
        {own.sessions.map((session) => (
          <Row
            key={session.session}
            page={page}
            session={session}
            end={() => void end(session.session)}
          />
        ))}
      </ul>
      {own.sessions.length > 1 && (
        <button
          type="button"
          class="button"
          data-testid="end-other-sessions"
          onClick={() => void end()}
        >
          <Icon name="leave" />
          {t("sessions-end-others")}
        </button>
      )}
    </section>
  );
}

function Row<R extends Role>(props: {
  page: Page<R>;
  session: OwnSession;
  end: () => void;
}): JSX.Element {
  const { page, session } = props;
  const t = page.texts.value;
  const { directory } = page.state.value;
  const at = (when: number) => moment(t.locale, when, Date.now(), zoneOf(directory));
  const browser = session.browser || t("session-browser-unknown");
  return (
    <li
      class="session"
      data-testid="session"
      data-this={session.this}
      data-connected={session.connected}
    >
      <span class="two-lines session-what">
        <span>
          <strong>{browser}</strong>
          {session.address && ` · ${session.address}`}
          {session.this && ` · ${t("session-this")}`}
        </span>
        <span class="agent-line">
          {t("session-times", { since: at(session.since), used: at(session.used) })}
        </span>
      </span>
      {!session.this && (
        <button
          type="button"
          class="button"
          data-testid="end-session"
          aria-label={t("session-end-label", { browser, since: at(session.since) })}
          onClick={props.end}
        >
          {t("session-end")}
        </button>
      )}
    </li>
  );
}

function ChangePassword<R extends Role>(props: { mine: Mine<R>; login: string }): JSX.Element {
  const { page, account, look } = props.mine;
  const t = page.texts.value;
  const done = useSignal(false);
  return (
    <details>
      <summary data-testid="change-password">{t("password-change")}</summary>
      <AccountForm
        t={t}
        id="password-change"
        submit={t("password-change")}
        send={async (typed) => {
          done.value = false;
          await account.changePassword(typed("present-password"), typed("new-password"));
          done.value = true;
          await look();
        }}
      >
        {(problem) => (
          <>
            <input type="hidden" autocomplete="username" value={props.login} />
            <PasswordField
              t={t}
              id="present-password"
              label={t("password-present")}
              kind="current-password"
              problem={problem}
            />
            <PasswordField
              t={t}
              id="new-password"
              label={t("password-new")}
              kind="new-password"
              help={t("password-help")}
              problem={problem}
            />
          </>
        )}
      </AccountForm>
      <p role="status" data-testid="password-changed">
        {done.value && t("password-changed")}
      </p>
    </details>
  );
}

function SecondFactor<R extends Role>({ mine }: { mine: Mine<R> }): JSX.Element {
  const { page, account, own, look } = mine;
  const t = page.texts.value;
  if (!own.second_factor) {
    return (
      <details>
        <summary data-testid="second-factor">{t("second-factor-off")}</summary>
        <p>{t("second-factor-what")}</p>
        <SecondFactorSetup t={t} account={account} done={() => void look()} />
      </details>
    );
  }
  return (
    <details>
      <summary data-testid="second-factor">
        {t("second-factor-on", { codes: own.recovery_codes })}
      </summary>
      {own.second_factor_needed ? (
        <p>{t("account-problem-second-factor-required")}</p>
      ) : (
        <AccountForm
          t={t}
          id="second-factor-remove"
          submit={t("second-factor-remove")}
          send={async (typed) => {
            await account.removeSecondFactor(typed("own-password"));
            await look();
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
      )}
    </details>
  );
}
