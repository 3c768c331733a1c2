/**
 * Texts a visitor reads: in the language called. Each language is its own small file, loaded when it
 * is tapped; French is always there, for the reception agent beside the visitor.
 */
import { chooseLocale, type FtlFiles, loadTexts, type Texts } from "./texts";

const FILES = import.meta.glob("../../locales/visitor/*/*.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

const LOCALES = [...new Set(Object.keys(FILES).map((path) => path.split("/").at(-2) ?? ""))];

/**
 * The text language of a call language. People who sign French Sign Language read French, with
 * pictograms beside it; a language without texts yet gets English, and the pictograms.
 */
export function visitorLocale(language: string, existing: readonly string[] = LOCALES): string {
  return language === "fsl" ? "fr" : chooseLocale([language], existing, "en");
}

const loaded = new Map<string, Promise<Texts>>();

/** The visitor texts of a call language. */
export function visitorTexts(language: string): Promise<Texts> {
  const locale = visitorLocale(language);
  const texts = loaded.get(locale) ?? loadTexts(FILES, locale);
  loaded.set(locale, texts);
  // A failed download is tried again next time.
  texts.catch(() => loaded.delete(locale));
  return texts;
}
