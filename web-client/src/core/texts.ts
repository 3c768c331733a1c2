/**
 * Translated texts: Fluent messages of one language, with its direction. Placeables are wrapped in
 * bidirectional isolates, so that a French site name inside an Arabic sentence keeps its order.
 */
import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";

/** Values put into a text. */
export type TextValues = Record<string, FluentVariable>;

/** The texts of one language. */
export interface Texts {
  /** BCP 47, for `lang`. */
  readonly locale: string;
  readonly dir: "ltr" | "rtl";
  /** The text `id`. */
  (id: string, values?: TextValues): string;
  /** Takes the contents of further `.ftl` files. */
  add(sources: readonly string[]): void;
}

const RIGHT_TO_LEFT = new Set(["ar", "dv", "fa", "he", "ku", "prs", "ps", "ur", "yi"]);

/** Direction of a language's script. */
export function directionOf(locale: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(locale.split("-")[0] ?? "") ? "rtl" : "ltr";
}

/**
 * Builds the texts of a language from the contents of its `.ftl` files. What they lack is read in
 * `other`, if there is one.
 */
export function buildTexts(locale: string, sources: readonly string[], other?: Texts): Texts {
  // Western digits everywhere: clock faces and callback numbers stand beside the texts.
  const bundle = new FluentBundle(`${locale}-u-nu-latn`);
  const add = (more: readonly string[]) => {
    for (const source of more) {
      for (const error of bundle.addResource(new FluentResource(source))) console.error(error);
    }
  };
  add(sources);
  const text = (id: string, values?: TextValues): string => {
    const message = bundle.getMessage(id);
    if (!message?.value) {
      if (other) return other(id, values);
      // A test proves that this cannot happen for the ids in the code; the id helps if it does.
      console.error(`no text ${id} in ${locale}`);
      return id;
    }
    const errors: Error[] = [];
    const formatted = bundle.formatPattern(message.value, values, errors);
    for (const error of errors) console.error(id, error);
    return formatted;
  };
  return Object.assign(text, { locale, dir: directionOf(locale), add });
}

/** The first of the wanted languages that exists, by its primary tag. */
export function chooseLocale(
  wanted: readonly string[],
  existing: readonly string[],
  fallback: string,
): string {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0] ?? "";
    if (existing.includes(primary)) return primary;
  }
  return fallback;
}

/** Loads the `.ftl` files of a folder's language, each of them only when asked for. */
export type FtlFiles = Record<string, () => Promise<string>>;

/** The texts of `locale` out of files keyed `…/<locale>/<name>.ftl`. */
export async function loadTexts(files: FtlFiles, locale: string): Promise<Texts> {
  return buildTexts(locale, await loadSources(files, locale));
}

/** Their contents. */
export function loadSources(files: FtlFiles, locale: string): Promise<string[]> {
  const wanted = Object.keys(files).filter((path) => path.split("/").at(-2) === locale);
  return Promise.all(wanted.sort().map((path) => files[path]?.() ?? ""));
}
