/** Signing in by the provider that people have: the way there, and what went wrong on the way back. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { type ProviderProblem, providerProblemIn, providerText } from "../core/account";
import type { Role } from "../core/protocol";
import type { Texts } from "../core/texts";

/** What the address said when the page was opened. */
export const providerProblem = signal<ProviderProblem | null>(providerProblemIn(location.hash));

// Out of the address: a reload does not tell it again.
if (providerProblem.value !== null) history.replaceState(null, "", location.pathname);

/** Nothing where people have no provider, but for what somebody is told who comes from one. */
export function ByProvider(props: {
  t: Texts;
  role: Role;
  /** What people call it. */
  provider: string | undefined;
}): JSX.Element | null {
  const { t, role, provider } = props;
  const wrong = providerProblem.value;
  if (provider === undefined && wrong === null) return null;
  return (
    <div class="account-form" data-testid="by-provider">
      {wrong !== null && (
        <p
          class="notice alarm"
          role="alert"
          id="provider-problem"
          data-testid="provider-problem"
          data-problem={wrong}
        >
          <span>
            {t(providerText(wrong))} <small>({wrong})</small>
          </span>
        </p>
      )}
      {provider !== undefined && (
        <a
          class="button primary"
          data-testid="provider-start"
          href={`/api/oidc/start?role=${role}`}
          aria-describedby={wrong === null ? undefined : "provider-problem"}
        >
          {t("sign-in-by-provider", { provider })}
        </a>
      )}
    </div>
  );
}
