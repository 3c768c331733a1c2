/** Names for the numbers in pictures, from the directory. */
import type {
  Directory,
  InterpreterId,
  Language,
  LanguageEntry,
  SiteId,
  Subject,
} from "./protocol";

/** A language's entry. One the directory does not (any longer) know keeps its tag as name. */
export function languageEntry(
  directory: Pick<Directory, "languages">,
  language: Language,
): LanguageEntry {
  return (
    directory.languages.find((entry) => entry.language === language) ?? {
      language,
      name: language,
      name_fr: language,
      name_en: language,
      mode: "spoken",
      modes: [],
      rtl: false,
    }
  );
}

/** A language's name for staff reading `locale`. */
export function languageName(
  directory: Pick<Directory, "languages">,
  language: Language,
  locale: string,
): string {
  const entry = languageEntry(directory, language);
  return locale === "fr" ? entry.name_fr : entry.name_en;
}

/** What a conversation is about, for staff reading `locale`. */
export function subjectName(directory: Directory, subject: Subject, locale: string): string {
  const entry = directory.subjects.find((one) => one.subject === subject);
  if (!entry) return subject;
  return locale === "fr" ? entry.name_fr : entry.name_en;
}

/** A site's name. */
export function siteName(directory: Directory, site: SiteId): string {
  return directory.sites.find((entry) => entry.site === site)?.name ?? `#${site}`;
}

/** An interpreter's name. */
export function interpreterName(directory: Directory, interpreter: InterpreterId): string {
  return (
    directory.interpreters.find((entry) => entry.interpreter === interpreter)?.name ??
    `#${interpreter}`
  );
}
