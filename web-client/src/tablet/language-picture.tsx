/** A language as a pictogram: hands for a signed one, a speech bubble for a spoken one. */
import type { JSX } from "preact";
import type { LanguageEntry } from "../core/protocol";
import { Icon, SigningHands } from "../ui/icons";

/** The pictogram of a language. */
export function LanguagePicture({ entry }: { entry: LanguageEntry }): JSX.Element {
  return entry.mode === "signed" ? <SigningHands /> : <Icon name="speech" />;
}
