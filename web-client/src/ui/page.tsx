/**
 * Starts a page: texts, session, connection, and the marks on the document that styles and browser
 * tests go by. The screens themselves come from the page.
 */
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { type ComponentChild, render } from "preact";
import type { ClientState } from "../core/client-state";
import type { Connection } from "../core/connection";
import { browserConnection } from "../core/gateway";
import type { Role } from "../core/protocol";
import { SignIn, type SignInState } from "../core/sign-in";
import { chooseLocale, type FtlFiles, loadTexts, type Texts } from "../core/texts";
import { signalOf } from "./signals";

/** Languages staff can read the pages in. */
export const STAFF_LOCALES = ["fr", "en"] as const;

/** Where the choice of a console's language is kept, on this device only. */
const LOCALE_KEY = "passerelle-locale";

/** What a page is built from. */
export interface Page<R extends Role> {
  readonly role: R;
  /** Whether it takes part in calls, and so opens a connection. */
  readonly connects: boolean;
  readonly connection: Connection<R>;
  readonly state: ReadonlySignal<ClientState<R>>;
  readonly signIn: SignIn;
  readonly session: ReadonlySignal<SignInState>;
  readonly texts: Signal<Texts>;
  /** Changes the language of the page. */
  setLocale(locale: string): Promise<void>;
}

function storedLocale(): string[] {
  // A browser may forbid storage; the choice then lasts until reload.
  try {
    const stored = localStorage.getItem(LOCALE_KEY);
    return stored ? [stored] : [];
  } catch {
    return [];
  }
}

function storeLocale(locale: string): void {
  try {
    localStorage.setItem(LOCALE_KEY, locale);
  } catch (error) {
    console.warn(error);
  }
}

/** Starts the page and draws `app` into it. */
export async function startPage<R extends Role>(
  role: R,
  files: FtlFiles,
  app: (page: Page<R>) => ComponentChild,
): Promise<void> {
  const wanted = [...storedLocale(), ...navigator.languages];
  const texts = signal(await loadTexts(files, chooseLocale(wanted, STAFF_LOCALES, "fr")));
  const connection = browserConnection(role);
  const signIn = new SignIn(role);
  const page: Page<R> = {
    role,
    connects: role !== "administrator",
    connection,
    state: signalOf(connection.state),
    signIn,
    session: signalOf(signIn.state),
    texts,
    setLocale: async (locale) => {
      texts.value = await loadTexts(files, locale);
      storeLocale(locale);
    },
  };
  if (page.connects) followSession(page);
  markDocument(page);
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  render(app(page), root);
  await signIn.start();
}

/** Connects when signed in; asks again who is signed in when the gateway says nobody is. */
function followSession<R extends Role>(page: Page<R>): void {
  page.signIn.state.watch(({ kind, busy }) => {
    if (busy) return;
    const { link } = page.connection.state.get();
    if (kind === "signed_in" && link !== "connected" && link !== "replaced") {
      page.connection.start();
    }
    if (kind === "signed_out") page.connection.signedOut();
  });
  let before = page.connection.state.get().link;
  page.connection.state.watch(({ link }) => {
    if (link === "signed-out" && before !== link) void page.signIn.refresh();
    before = link;
  });
}

function markDocument<R extends Role>(page: Page<R>): void {
  effect(() => {
    document.documentElement.lang = page.texts.value.locale;
    document.documentElement.dir = page.texts.value.dir;
  });
  effect(() => {
    const signedOut = page.session.value.kind === "signed_out";
    const link = page.connects ? page.state.value.link : "none";
    document.body.dataset["connection"] = signedOut ? "signed-out" : link;
  });
}
