/** Shown while nobody is signed in: the demo's identities as buttons, else how to get in. */
import type { ComponentChildren, JSX } from "preact";
import type { DemoIdentity } from "../core/gateway";
import type { Identity, Role } from "../core/protocol";
import { Mark } from "./icons";
import type { Page } from "./page";
import { signInText } from "./problems";
import "./sign-in.css";

function identityKey(identity: Identity): string {
  switch (identity.role) {
    case "tablet":
      return `tablet-${identity.tablet}`;
    case "interpreter":
      return `interpreter-${identity.interpreter}`;
    case "coordinator":
    case "guest":
    case "administrator":
      return identity.role;
  }
}

/** The sign-in panel. */
export function SignInPanel<R extends Role>(props: {
  page: Page<R>;
  /** The text id of what to do. */
  invitation?: string;
  /** Another way in. */
  children?: ComponentChildren;
}): JSX.Element {
  const { page } = props;
  const t = page.texts.value;
  const { info, busy, problem } = page.session.value;
  const identities = info?.identities ?? [];
  return (
    <main class="center-page">
      <section class="panel sign-in">
        <header class="sign-in-head">
          <Mark />
          <div>
            <p class="sign-in-service">{info?.service || "Passerelle"}</p>
            <h1>{t(`sign-in-${page.role}`)}</h1>
          </div>
        </header>
        {problem && (
          <p class="notice alarm" role="alert">
            {t(signInText(problem))}
          </p>
        )}
        <p class="sign-in-text">
          {t(props.invitation ?? (info?.demo ? "sign-in-demo" : "sign-in-invite"))}
        </p>
        <ul class="sign-in-list">
          {identities.map((identity) => (
            <li key={identityKey(identity.identity)}>
              <IdentityButton
                identity={identity}
                disabled={busy}
                take={() => void page.signIn.take(identity)}
              />
            </li>
          ))}
        </ul>
        {props.children}
      </section>
    </main>
  );
}

function IdentityButton(props: {
  identity: DemoIdentity;
  disabled: boolean;
  take: () => void;
}): JSX.Element {
  const { identity, label, detail } = props.identity;
  return (
    <button
      type="button"
      class="button identity"
      data-testid={`demo-identity-${identityKey(identity)}`}
      disabled={props.disabled}
      onClick={props.take}
    >
      <span class="two-lines">
        <span>{label}</span>
        <span class="agent-line">{detail}</span>
      </span>
    </button>
  );
}
