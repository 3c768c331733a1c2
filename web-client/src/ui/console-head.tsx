/** The head of the two consoles: where one is, the link to the gateway, language, sign out. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Role } from "../core/protocol";
import { Dialog } from "./dialog";
import { Icon, Mark } from "./icons";
import { MyAccount } from "./my-account";
import { type Page, STAFF_LOCALES } from "./page";
import "./console.css";

/** The head; the page adds its own buttons as children. */
export function ConsoleHead<R extends Role>(props: {
  page: Page<R>;
  title: string;
  detail: string;
  /** Something lies over the page and has the keyboard: a ring, which closes what is open. */
  inert?: boolean;
  children?: ComponentChildren;
}): JSX.Element {
  const { page } = props;
  const t = page.texts.value;
  const { link } = page.state.value;
  return (
    <header class="console-head" inert={props.inert ?? false}>
      <Mark />
      <div class="two-lines console-where">
        <h1>{props.title}</h1>
        <p class="agent-line">{props.detail}</p>
      </div>
      {page.connects && (
        <p class={`link-state ${link}`} role="status">
          <span class="link-dot" aria-hidden="true" />
          {t(`link-${link}`)}
        </p>
      )}
      {props.children}
      <fieldset class="locale-switch">
        <legend class="visually-hidden">{t("language-switch")}</legend>
        {STAFF_LOCALES.map((locale) => (
          <button
            key={locale}
            type="button"
            class="button quiet"
            lang={locale}
            aria-pressed={t.locale === locale}
            data-testid={`locale-${locale}`}
            onClick={() => void page.setLocale(locale)}
          >
            {locale.toUpperCase()}
          </button>
        ))}
      </fieldset>
      <AccountButton page={page} covered={props.inert ?? false} />
      <button
        type="button"
        class="button quiet"
        data-testid="sign-out"
        aria-label={t("sign-out")}
        onClick={() => void page.signIn.leave()}
      >
        <Icon name="leave" />
        <span class="sign-out-text">{t("sign-out")}</span>
      </button>
    </header>
  );
}

function AccountButton<R extends Role>(props: { page: Page<R>; covered: boolean }): JSX.Element {
  const { page, covered } = props;
  const t = page.texts.value;
  const open = useSignal(false);
  useEffect(() => {
    if (covered) open.value = false;
  }, [covered, open]);
  return (
    <>
      <button
        type="button"
        class="button quiet"
        data-testid="account"
        aria-label={t("account")}
        onClick={() => {
          open.value = true;
        }}
      >
        <Icon name="person" />
      </button>
      <Dialog
        id="account"
        // With the same picture as the ring, which takes the focus next.
        open={open.value && !covered}
        title={t("account")}
        close={() => {
          open.value = false;
        }}
      >
        <MyAccount page={page} />
        <p class="dialog-end">
          <button
            type="button"
            class="button"
            data-testid="account-close"
            onClick={() => {
              open.value = false;
            }}
          >
            {t("dialog-close")}
          </button>
        </p>
      </Dialog>
    </>
  );
}
