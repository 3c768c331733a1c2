/** The link for a third party: to be photographed, copied or read out, and how long it is good. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { GuestLink } from "../core/company";
import type { QrDrawing } from "../core/qr";
import { Icon } from "./icons";

/** For how long it is said that the link was copied. */
const COPIED_MS = 4_000;

/** The words around it, as each page has them. */
export interface LinkWords {
  readonly qr: string;
  readonly copy: ComponentChildren;
  readonly copied: ComponentChildren;
  readonly left: ComponentChildren;
}

/** See the module. Not for a live region: the time left runs in it. */
export function LinkCard(props: { link: Pick<GuestLink, "url">; words: LinkWords }): JSX.Element {
  const { link, words } = props;
  const copied = useSignal(false);
  useEffect(() => {
    if (!copied.value) return;
    const timer = setTimeout(() => {
      copied.value = false;
    }, COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied, copied.value]);
  const copy = async () => {
    // Refused without a secure context or permission; the text can still be selected and copied.
    try {
      await navigator.clipboard.writeText(link.url);
      copied.value = true;
    } catch (error) {
      console.warn(error);
    }
  };
  return (
    <div class="link-card" data-testid="guest-link" data-url={link.url}>
      <QrCode text={link.url} label={words.qr} />
      <div class="link-side">
        <p class="link-left numbers" role="timer">
          {words.left}
        </p>
        <p class="link-url" dir="ltr">
          {link.url}
        </p>
        <button
          type="button"
          class="button"
          data-testid="copy-link"
          data-copied={copied.value}
          onClick={() => void copy()}
        >
          <Icon name={copied.value ? "check" : "copy"} />
          {copied.value ? words.copied : words.copy}
        </button>
        <span class="visually-hidden" role="status">
          {copied.value ? words.copied : ""}
        </span>
      </div>
    </div>
  );
}

/** A text as a QR code. */
export function QrCode(props: { text: string; label: string }): JSX.Element {
  const { text } = props;
  const drawing = useSignal<QrDrawing | null>(null);
  useEffect(() => {
    let wanted = true;
    drawing.value = null;
    import("../core/qr").then(
      ({ drawQr }) => {
        if (wanted) drawing.value = drawQr(text);
      },
      // The link beside it can still be copied.
      (error: unknown) => console.warn(error),
    );
    return () => {
      wanted = false;
    };
  }, [text, drawing]);
  const { size, path } = drawing.value ?? { size: 1, path: "" };
  return (
    <svg
      class="qr"
      data-testid="qr"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${size} ${size}`}
    >
      <path d={path} />
    </svg>
  );
}
