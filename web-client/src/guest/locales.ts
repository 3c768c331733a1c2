/** The languages of a third party's page, each by its own name. */

/** The same as those a visitor can read. */
export const LOCALES = [
  { locale: "fr", name: "Français" },
  { locale: "en", name: "English" },
  { locale: "ar", name: "العربية" },
  { locale: "uk", name: "Українська" },
  { locale: "pt", name: "Português" },
] as const;
