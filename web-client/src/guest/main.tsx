/** The entry of a third party's page: takes the code out of the address, then starts. */
import "../ui/tokens.css";
import "../ui/base.css";

import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { untilDone } from "../core/backoff";
import { browserConnection, redeemInvite, session } from "../core/gateway";
import { linkCode } from "../core/guest";
import { GuestController, type GuestMemory } from "../core/guest-controller";
import { NetworkWatch } from "../core/media/network-watch";
import { chooseLocale, type FtlFiles, loadTexts } from "../core/texts";
import { signalOf } from "../ui/signals";
import { GuestApp, type GuestPage } from "./app";
import { LOCALES } from "./locales";
import { guestMemory } from "./memory";
import "./guest.css";

const FILES = import.meta.glob("../../locales/guest/*/guest.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

/** Takes the code out of the address first: it must not stay in the history. */
function takeCode(memory: GuestMemory): void {
  const code = linkCode(location.hash);
  if (!code) return;
  memory.waiting = code;
  history.replaceState(null, "", location.pathname);
}

async function start(): Promise<void> {
  const memory = guestMemory();
  takeCode(memory);
  // A newer link pasted into the open page: begins anew, with it.
  window.addEventListener("hashchange", () => {
    if (linkCode(location.hash)) location.reload();
  });
  const connection = browserConnection("guest");
  const gate = { redeem: redeemInvite, session: () => session("guest") };
  const controller = new GuestController(connection, gate, memory);
  const isLinked = () => connection.state.get().link === "connected";
  const network = new NetworkWatch(controller.media, isLinked);
  const existing = LOCALES.map(({ locale }) => locale);
  const locale = chooseLocale(navigator.languages, existing, "fr");
  const texts = signal(await untilDone(() => loadTexts(FILES, locale)));
  const page: GuestPage = {
    connection,
    controller,
    texts,
    state: signalOf(connection.state),
    local: signalOf(controller.local),
    media: signalOf(controller.media.picture),
    network: signalOf(network.diagnosis),
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
  await controller.start();
}

void start();
