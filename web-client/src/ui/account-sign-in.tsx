/** Signing in to a console with a password, choosing one by a link, and having a link sent. */
import { signal, useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import {
  Account,
  type AccountProblem,
  accountLinkIn,
  accountProblem,
  choosePassword,
  linkOf,
  signInBy,
} from "../core/account";
import type { SessionInfo } from "../core/gateway";
import type { Identity, Role } from "../core/protocol";
import { AccountForm } from "./account-form";
import { AccountNotice } from "./account-notice";
import { ByProvider, providerProblem } from "./by-provider";
import { Forgotten } from "./forgotten";
import { Frame } from "./frame";
import { Mark } from "./icons";
import type { Page } from "./page";
import { PasswordField, TextField } from "./password-field";
import { SecondFactorSetup } from "./second-factor";
import { SignInPanel } from "./sign-in-panel";

/** The code of the link by which the page was opened. */
const link = signal<string | null>(null);

/** What is shown to whoever is not signed in. */
const shown = signal<"sign-in" | "forgotten" | "code-needed">("sign-in");

function takeLink(): void {
  const code = accountLinkIn(location.hash);
  if (code === null) return;
  // Out of the address first: a code must not stay in the history.
  history.replaceState(null, "", location.pathname);
  link.value = code;
}

takeLink();
window.addEventListener("hashchange", takeLink);

/** Who is signed in now may be of another page. */
function go<R extends Role>(page: Page<R>, identity: Identity): void {
  link.value = null;
  shown.value = "sign-in";
  if (identity.role === page.role) void page.signIn.refresh();
  else location.assign(`/${identity.role}`);
}

/** A console's page: a link to choose a password before anything else, else as every page. */
export function ConsoleFrame<R extends Role>(props: {
  page: Page<R>;
  children: () => ComponentChildren;
}): JSX.Element {
  const { page } = props;
  const code = link.value;
  if (code !== null) return <ChoosePassword page={page} code={code} />;
  return (
    <Frame page={page} signedOut={() => <SignedOut page={page} />}>
      {props.children}
    </Frame>
  );
}

function SignedOut<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  const t = page.texts.value;
  const { info } = page.session.value;
  if (info?.second_factor_missing) {
    return (
      <Panel page={page} title={t("second-factor-title")}>
        <p>{t("second-factor-missing")}</p>
        <SecondFactorSetup
          t={t}
          account={new Account(page.role)}
          done={() => void page.signIn.refresh()}
        />
        <button type="button" class="button" onClick={() => void page.signIn.leave()}>
          {t("sign-out")}
        </button>
      </Panel>
    );
  }
  if (shown.value === "forgotten") {
    return (
      <Panel page={page} title={t("forgotten-title")}>
        <Forgotten t={t} />
        <BackToSignIn page={page} />
      </Panel>
    );
  }
  const form = !info?.provider_only && (
    <>
      {shown.value === "code-needed" && (
        <p class="notice" role="status" data-testid="code-needed">
          {t("password-chosen-code-needed")}
        </p>
      )}
      <SignInForm page={page} />
      {info?.link_by_mail && (
        <button
          type="button"
          class="button quiet"
          data-testid="forgotten-open"
          onClick={() => {
            shown.value = "forgotten";
          }}
        >
          {t("forgotten")}
        </button>
      )}
    </>
  );
  return (
    <SignInPanel page={page} invitation={invitation(info)}>
      <ByProvider t={t} role={page.role} provider={info?.provider} />
      {form && (info?.demo || info?.provider) ? (
        <details data-testid="with-password" open={providerProblem.value !== null}>
          <summary>{t("sign-in-with-password")}</summary>
          {form}
        </details>
      ) : (
        form
      )}
    </SignInPanel>
  );
}

/** The text id of what to do. */
function invitation(info: SessionInfo | null): string {
  if (info?.demo) return "sign-in-demo";
  return info?.provider ? "sign-in-at-provider" : "sign-in-or-invite";
}

function SignInForm<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  const t = page.texts.value;
  const wantsCode = useSignal(false);
  return (
    <AccountForm
      t={t}
      id="sign-in"
      submit={t("sign-in-title")}
      send={async (typed) => {
        const [login, password, code] = [typed("login"), typed("password"), typed("code")];
        go(page, await signInBy({ login, password, ...(code === "" ? {} : { code }) }));
      }}
      deal={(problem) => {
        if (problem !== "code_needed") return false;
        wantsCode.value = true;
        return true;
      }}
    >
      {(problem) => (
        <>
          <TextField id="login" label={t("login")} kind="username" problem={problem} />
          <PasswordField
            t={t}
            id="password"
            label={t("password")}
            kind="current-password"
            problem={problem}
          />
          {wantsCode.value && (
            <TextField
              id="code"
              label={t("second-factor-code")}
              help={t("second-factor-code-help")}
              kind="one-time-code"
              problem={problem}
            />
          )}
        </>
      )}
    </AccountForm>
  );
}

function ChoosePassword<R extends Role>(props: { page: Page<R>; code: string }): JSX.Element {
  const { page, code } = props;
  const t = page.texts.value;
  const login = useSignal<string | null>(null);
  const problem = useSignal<AccountProblem | null>(null);
  useEffect(() => {
    let wanted = true;
    linkOf(code).then(
      (found) => {
        if (wanted) login.value = found.login;
      },
      (error: unknown) => {
        if (wanted) problem.value = accountProblem(error);
      },
    );
    return () => {
      wanted = false;
    };
  }, [code, login, problem]);
  return (
    <Panel page={page} title={t("password-choose")}>
      <AccountNotice t={t} id="link-problem" problem={problem.value} />
      {login.value !== null && (
        <AccountForm
          t={t}
          id="choose-password"
          submit={t("password-choose-send")}
          send={async (typed) => {
            const chosen = await choosePassword(code, typed("new-password"));
            go(page, chosen.identity);
            if (!chosen.signed_in) shown.value = "code-needed";
          }}
        >
          {(wrong) => (
            <>
              <div class="account-field">
                <label for="login">{t("login")}</label>
                <input
                  id="login"
                  data-testid="login"
                  autocomplete="username"
                  readonly
                  value={login.value ?? ""}
                />
              </div>
              <PasswordField
                t={t}
                id="new-password"
                label={t("password-new")}
                kind="new-password"
                help={t("password-help")}
                problem={wrong}
              />
            </>
          )}
        </AccountForm>
      )}
      <BackToSignIn page={page} />
    </Panel>
  );
}

function BackToSignIn<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  return (
    <button
      type="button"
      class="button quiet"
      data-testid="leave-link"
      onClick={() => {
        link.value = null;
        shown.value = "sign-in";
      }}
    >
      {page.texts.value("sign-in-back")}
    </button>
  );
}

function Panel<R extends Role>(props: {
  page: Page<R>;
  title: string;
  children: ComponentChildren;
}): JSX.Element {
  const { info } = props.page.session.value;
  return (
    <main class="center-page">
      <section class="panel sign-in">
        <header class="sign-in-head">
          <Mark />
          <div>
            <p class="sign-in-service">{info?.service || "Passerelle"}</p>
            <h1>{props.title}</h1>
          </div>
        </header>
        {props.children}
      </section>
    </main>
  );
}
