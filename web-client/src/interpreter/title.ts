/** The document's title: it flashes while a call rings, to be seen from another tab. */
import { effect } from "@preact/signals";
import { languageName } from "../core/names";
import type { Console } from "./app";

const FLASH_MS = 1_000;

/** Keeps the title until the returned function is called. */
export function followTitle(desk: Console): () => void {
  let timer: ReturnType<typeof setInterval> | null = null;
  const stop = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const dispose = effect(() => {
    const t = desk.page.texts.value;
    const { view, directory, link } = desk.page.state.value;
    const calm = `${t("console-title")} · Passerelle`;
    stop();
    document.title = calm;
    // Elsewhere, or nowhere, the call rings for somebody else.
    if (link !== "connected" || view?.activity.kind !== "ringing") return;
    const language = languageName(directory, view.activity.language, t.locale);
    const ringing = t("title-ringing", { language });
    let shown = true;
    document.title = ringing;
    timer = setInterval(() => {
      shown = !shown;
      document.title = shown ? ringing : calm;
    }, FLASH_MS);
  });
  return () => {
    stop();
    dispose();
  };
}
