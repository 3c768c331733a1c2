/** Which step of the way to the gateway is blocked, in the words of whoever runs the network. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Diagnosis, Step } from "../core/media/diagnose";
import { type FtlFiles, loadTexts, type Texts } from "../core/texts";
import { Icon } from "./icons";
import "./network.css";

const FILES = import.meta.glob("../../locales/*/network.ftl", {
  query: "?raw",
  import: "default",
}) as FtlFiles;

const texts = signal<Texts | null>(null);

/** The texts about networks in the page's language; null until they are there. */
export function useNetworkTexts(locale: string): Texts | null {
  useEffect(() => {
    if (texts.peek()?.locale === locale) return;
    // Tried again with the next notice; without them the plain words above stand alone.
    loadTexts(FILES, locale).then(
      (loaded) => {
        texts.value = loaded;
      },
      (error: unknown) => console.warn(error),
    );
  }, [locale]);
  return texts.value;
}

/** The steps, behind one touch. */
export function NetworkHelp(props: {
  diagnosis: Diagnosis;
  locale: string;
  /** The text over them. */
  title?: "network-for-it" | "network-show-it";
}): JSX.Element | null {
  const { diagnosis, locale } = props;
  const t = useNetworkTexts(locale);
  if (!t) return null;
  return (
    <details
      class="network-help"
      data-testid="network-help"
      lang={t.locale}
      dir={t.dir}
      data-verdict={diagnosis.verdict}
      data-way={diagnosis.way ?? ""}
    >
      <summary>{t(props.title ?? "network-for-it")}</summary>
      <ul>
        {diagnosis.steps
          .filter(({ state }) => state !== "unused")
          .map((step) => (
            <li key={step.name} data-step={step.name} data-state={step.state}>
              <Icon name={signOf(step)} />
              <span>
                {t(`network-${step.name}-${step.state}`, {
                  at: step.at ?? "",
                  code: String(step.code ?? ""),
                })}
              </span>
            </li>
          ))}
      </ul>
    </details>
  );
}

function signOf({ state }: Step): "check" | "hourglass" | "cross" {
  if (state === "ok") return "check";
  return state === "trying" ? "hourglass" : "cross";
}
