/** A field for a password, which can be shown, with its label and what helps to choose one. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Texts } from "../core/texts";
import { Icon } from "./icons";

/** `kind` is the browser's `autocomplete`, by which it offers the right password. */
export function PasswordField(props: {
  t: Texts;
  id: string;
  label: string;
  kind: "current-password" | "new-password";
  help?: string;
  /** The id of what is wrong, when something is. */
  problem?: string | undefined;
}): JSX.Element {
  const { t, id, kind, help, problem } = props;
  const shown = useSignal(false);
  const described = [help && `${id}-help`, problem].filter(Boolean).join(" ");
  return (
    <div class="account-field">
      <label for={id}>{props.label}</label>
      <div class="account-password">
        <input
          id={id}
          name={id}
          data-testid={id}
          {...(shown.value ? { type: "text" } : { type: "password" })}
          autocomplete={kind}
          autocapitalize="none"
          spellcheck={false}
          required
          aria-invalid={problem !== undefined}
          {...(described ? { "aria-describedby": described } : {})}
        />
        <button
          type="button"
          class="button quiet"
          data-testid={`${id}-show`}
          aria-pressed={shown.value}
          aria-label={t("password-show")}
          onClick={() => {
            shown.value = !shown.value;
          }}
        >
          <Icon name="eye" />
        </button>
      </div>
      {help && (
        <p class="account-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}

/** A field for anything else. */
export function TextField(props: {
  id: string;
  label: string;
  kind: "username" | "one-time-code" | "off";
  help?: string;
  problem?: string | undefined;
}): JSX.Element {
  const { id, kind, help, problem } = props;
  const described = [help && `${id}-help`, problem].filter(Boolean).join(" ");
  return (
    <div class="account-field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        name={id}
        data-testid={id}
        type="text"
        autocomplete={kind}
        autocapitalize="none"
        spellcheck={false}
        required
        aria-invalid={problem !== undefined}
        {...(described ? { "aria-describedby": described } : {})}
      />
      {help && (
        <p class="account-help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  );
}
