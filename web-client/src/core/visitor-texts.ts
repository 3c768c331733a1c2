/**
 * Texts a visitor reads: in the language called. French is part of the page, for the reception agent
 * and for whenever another language is not there; the others are small files, fetched while the
 * tablet is idle, and again and again once somebody needs them. What is said in a call only comes
 * with its screens (`call-texts.ts`), in French for as long as it is on the way.
 */
import { backoff } from "./backoff";
import { Cell, type ReadableCell } from "./cell";
import { buildTexts, chooseLocale, type FtlFiles, loadSources, type Texts } from "./texts";

const FRENCH_FILES = import.meta.glob("../../locales/visitor/fr/tablet.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
}) as Record<string, string>;

const FILES = import.meta.glob(
  ["../../locales/visitor/*/tablet.ftl", "!../../locales/visitor/fr/*.ftl"],
  { query: "?raw", import: "default" },
) as FtlFiles;

const FETCHED = [...new Set(Object.keys(FILES).map((path) => path.split("/").at(-2) ?? ""))];

/** What the agent beside the visitor reads. */
export const FRENCH: Texts = buildTexts("fr", Object.values(FRENCH_FILES));

/**
 * The text language of a call language. People who sign French Sign Language read French, with
 * pictograms beside it; a language without texts yet gets English, and the pictograms.
 */
export function visitorLocale(
  language: string,
  existing: readonly string[] = ["fr", ...FETCHED],
): string {
  return language === "fsl" ? "fr" : chooseLocale([language], existing, "en");
}

/** The texts that are there, by their locale. */
export type VisitorLibrary = ReadonlyMap<string, Texts>;

/** The texts of a call language; French as long as they are not there. */
export function textsFor(library: VisitorLibrary, language: string): Texts {
  return library.get(visitorLocale(language)) ?? FRENCH;
}

/** Fetches the contents of a locale's `.ftl` files. */
export type Sources = (locale: string) => Promise<readonly string[]>;

/** Brings the texts of visitors into the page. */
export class VisitorTexts {
  readonly #library = new Cell<VisitorLibrary>(new Map([["fr", FRENCH]]));
  readonly #load: Sources;
  /** What is read beside it, once that is known. */
  #more: Sources | null = null;

  constructor(load: Sources = (locale) => loadSources(FILES, locale)) {
    this.#load = load;
  }

  /** What is there. */
  get library(): ReadableCell<VisitorLibrary> {
    return this.#library;
  }

  /** Has further texts of each language fetched, too: of those that are there, and of any other. */
  also(more: Sources): void {
    this.#more = more;
    this.preload([...this.#library.get().keys()].filter((locale) => locale !== FRENCH.locale));
  }

  /** Fetches every language once, ahead of need; what fails is fetched when it is wanted. */
  preload(locales: readonly string[] = FETCHED): void {
    for (const locale of locales) {
      this.#fetch(locale).catch((error: unknown) => console.warn(error));
    }
  }

  /** Fetches the texts of a call language until they are there; returns how to stop. */
  want(language: string): () => void {
    const locale = visitorLocale(language);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wanted = true;
    const attempt = (failures: number) => {
      if (!wanted || this.#library.get().has(locale)) return;
      this.#fetch(locale).catch((error: unknown) => {
        console.warn(error);
        timer = setTimeout(() => attempt(failures + 1), backoff(failures, Math.random()));
      });
    };
    attempt(0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }

  async #fetch(locale: string): Promise<void> {
    const more = this.#more;
    const sources = await Promise.all([this.#load(locale), more?.(locale) ?? []]);
    const texts = buildTexts(locale, sources.flat(), FRENCH);
    this.#library.set(new Map([...this.#library.get(), [locale, texts]]));
    // Asked for while this was on the way.
    if (more !== this.#more) await this.#fetch(locale);
  }
}
