/**
 * What a visitor reads in a call only: part of the screens that are fetched later, so that the
 * languages are usable sooner. French, the agent's, is there with them; the others follow.
 */
import { type FtlFiles, loadSources } from "./texts";
import { FRENCH, type VisitorTexts } from "./visitor-texts";

const FRENCH_FILES = import.meta.glob("../../locales/visitor/fr/call.ftl", {
  query: "?raw",
  import: "default",
  eager: true,
}) as Record<string, string>;

const FILES = import.meta.glob(
  ["../../locales/visitor/*/call.ftl", "!../../locales/visitor/fr/*.ftl"],
  { query: "?raw", import: "default" },
) as FtlFiles;

/** Adds them to what there is; once in the life of a page. */
export function addCallTexts(visitor: VisitorTexts): void {
  FRENCH.add(Object.values(FRENCH_FILES));
  visitor.also((locale) => loadSources(FILES, locale));
}
