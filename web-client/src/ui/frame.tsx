/** What surrounds every page: which of sign-in, "open elsewhere", waiting or the page is shown. */
import type { ComponentChildren, JSX } from "preact";
import type { Role } from "../core/protocol";
import { Icon } from "./icons";
import type { Page } from "./page";
import { signInText } from "./problems";
import { SignInPanel } from "./sign-in-panel";

/** Shows the page's own screens once there is a picture to show. */
export function Frame<R extends Role>(props: {
  page: Page<R>;
  /** Shown while nobody is signed in, in place of the usual panel. */
  signedOut?: () => JSX.Element;
  children: () => ComponentChildren;
}): JSX.Element {
  const { page } = props;
  const { link, view } = page.state.value;
  const session = page.session.value;
  if (session.kind === "signed_out") return props.signedOut?.() ?? <SignInPanel page={page} />;
  if (!page.connects && session.kind === "signed_in") return <>{props.children()}</>;
  if (link === "replaced") return <Replaced page={page} />;
  if (view === null || link === "signed-out") return <Loading page={page} />;
  return <>{props.children()}</>;
}

function Loading<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  const t = page.texts.value;
  const { problem } = page.session.value;
  const { link } = page.state.value;
  return (
    <main class="center-page">
      <div class="loading" role="status">
        <span class="spinner" />
        <p>
          {problem
            ? t(signInText(problem))
            : t(link === "reconnecting" ? "link-reconnecting" : "link-connecting")}
        </p>
      </div>
    </main>
  );
}

function Replaced<R extends Role>({ page }: { page: Page<R> }): JSX.Element {
  const t = page.texts.value;
  return (
    <main class="center-page">
      <section class="panel message" role="alert" data-testid="replaced">
        <h1>{t("replaced-title")}</h1>
        <p>{t("replaced-text")}</p>
        <button
          type="button"
          class="button primary"
          data-testid="replaced-take-over"
          onClick={() => page.connection.start()}
        >
          <Icon name="again" />
          {t("replaced-take-over")}
        </button>
      </section>
    </main>
  );
}

/** A strip while the connection is away; the last picture stays visible under it. */
export function LinkNotice<R extends Role>({ page }: { page: Page<R> }): JSX.Element | null {
  const { link } = page.state.value;
  if (link === "connected") return null;
  return (
    <p class="notice wait link-notice" role="status">
      <Icon name="alert" />
      <span>{page.texts.value("link-reconnecting")}</span>
    </p>
  );
}
