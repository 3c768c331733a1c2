/** The entry of a third party's page: takes the code out of the address, then starts. */
import "../ui/tokens.css";
import "../ui/base.css";

import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { browserConnection, redeemInvite, session } from "../core/gateway";
import { linkCode } from "../core/guest";
import { GuestController } from "../core/guest-controller";
import { chooseLocale, type FtlFiles, loadTexts } from "../core/texts";
import { signalOf } from "../ui/signals";
import { GuestApp, type GuestPage } from "./app";
import { LOCALES } from "./locales";
import "./guest.css";

const FILES = import.meta.glob("../../locales/guest/*/guest.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

/** Reads the code, and takes it out of the address first: it must not stay in the history. */
function takeCode(): string | null {
  const code = linkCode(location.hash);
  if (code) history.replaceState(null, "", location.pathname);
  return code;
}

async function start(): Promise<void> {
  const code = takeCode();
  // A newer link pasted into the open page: begins anew, with it.
  window.addEventListener("hashchange", () => {
    if (linkCode(location.hash)) location.reload();
  });
  const connection = browserConnection("guest");
  const controller = new GuestController(connection, {
    redeem: redeemInvite,
    session: () => session("guest"),
  });
  const existing = LOCALES.map(({ locale }) => locale);
  const texts = signal(await loadTexts(FILES, chooseLocale(navigator.languages, existing, "fr")));
  const page: GuestPage = {
    connection,
    controller,
    texts,
    state: signalOf(connection.state),
    local: signalOf(controller.local),
    media: signalOf(controller.media.picture),
    setLocale: async (locale) => {
      texts.value = await loadTexts(FILES, locale);
    },
  };
  effect(() => {
    document.documentElement.lang = texts.value.locale;
    document.documentElement.dir = texts.value.dir;
    document.title = `${texts.value("page-title")} · Passerelle`;
  });
  effect(() => {
    document.body.dataset["connection"] = page.state.value.link;
  });
  const root = document.getElementById("app");
  if (!root) throw new Error("the page has no #app");
  render(<GuestApp page={page} />, root);
  await controller.start(code);
}

void start();
