/**
 * What each side says of its text in the channel itself, as the gateway relays it: the language it
 * writes in, and how many characters a second it takes. A T.140 string that is not for reading, so
 * that whoever does not know it shows nothing of it (PROTOCOL.md).
 */

/** Between these, T.140 carries what is not for reading (start of string, string terminator). */
export const STRING_BEGINS = "\u0098";
export const STRING_ENDS = "\u009C";

/** Characters between them at most. */
export const STRING_MAX = 96;

/** Who says nothing takes so many characters a second (RFC 4103 §6, RFC 8865 §4.2), */
export const CPS_DEFAULT = 30;
/** in the mean over so long; */
export const CPS_OVER_MS = 10_000;
/** a page all that the gateway relays, a pasted page at once included. */
export const CPS_HERE = 400;
/** Fewer are nobody's: the slowest text telephone has six (V.18, five bits at 45 baud). */
const CPS_MIN = 5;

/** What one side has said. */
export interface Terms {
  /** A language tag (BCP 47); undefined for one that says none. */
  readonly lang: string | undefined;
  readonly cps: number;
}

const FORM = /^(?:lang=([a-z]{2,8}(?:-[a-z\d]{1,8})*))?;?(?:cps=(\d{1,4}))?(?:;.*)?$/i;

/** What a string says: null for one that says nothing, such as of who has left; false for no terms. */
export function readTerms(text: string): Terms | null | false {
  if (text === "") return null;
  const [whole, lang, cps = CPS_DEFAULT] = FORM.exec(text) ?? [];
  return whole !== undefined && Number(cps) >= CPS_MIN && { lang, cps: Number(cps) };
}

/** The string that says it for a page that writes in this language; empty when it is not known. */
export function termsOf(lang: string): string {
  const said = lang ? `lang=${lang};` : "";
  return `${STRING_BEGINS}${said}cps=${CPS_HERE}${STRING_ENDS}`;
}
