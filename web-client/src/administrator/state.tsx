/** How the gateway stands: what a supervisor asks it, in words. */
import type { JSX } from "preact";
import { Icon } from "../ui/icons";
import { Section } from "../ui/section";
import type { Office } from "./app";

/** See the module. */
export function StateSection({ office }: { office: Office }): JSX.Element {
  const { t, seen, zone } = office;
  const { state } = seen;
  if (!state)
    return (
      <Section id="state" title={t("state-title")}>
        {null}
      </Section>
    );
  const ready = state.not_ready?.replaceAll("_", "-") ?? "yes";
  const amiss = state.certificate_amiss?.replaceAll("_", "-") ?? "no";
  const until = (at: number) =>
    new Intl.DateTimeFormat(t.locale, { dateStyle: "long", timeZone: zone }).format(at);
  return (
    <Section id="state" title={t("state-title")}>
      <p
        class={`notice ${ready === "yes" ? "" : "alarm"}`}
        data-testid="ready"
        data-ready={ready}
        role="status"
      >
        <Icon name={ready === "yes" ? "check" : "alert"} />
        <span>{t(`state-ready-${ready}`)}</span>
      </p>
      <dl class="state-list">
        <dt>{t("state-version")}</dt>
        <dd data-testid="version">{state.version}</dd>
        <dt>{t("state-certificate")}</dt>
        <dd class={amiss === "no" ? "" : "state-amiss"} data-testid="certificate">
          {t(`state-tls-${state.tls}`)}
          {state.certificate_until !== null &&
            ` · ${t("state-until", { day: until(state.certificate_until) })}`}
          {amiss !== "no" && ` · ${t(`state-${amiss}`)}`}
        </dd>
        {state.mail && (
          <>
            <dt>{t("state-mail")}</dt>
            <dd class={state.mail === "failing" ? "state-amiss" : ""} data-testid="mail">
              {t(`state-mail-${state.mail}`)}
            </dd>
          </>
        )}
        <dt>{t("state-connections")}</dt>
        <dd class="numbers">{state.connections}</dd>
      </dl>
    </Section>
  );
}
