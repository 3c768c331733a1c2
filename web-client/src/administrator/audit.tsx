/** The audit journal: what was done, by whom and when, and whether anybody has changed it. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import {
  type AuditEntry,
  actDetails,
  actKind,
  kindsIn,
  type Verified,
} from "../core/administration";
import { Icon } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Office } from "./app";

/** Shown when asked for: looking into it is an entry itself. */
export function Audit({ office }: { office: Office }): JSX.Element {
  const { t, desk, seen } = office;
  const kind = useSignal("");
  const entries = seen.audit ?? [];
  const shown = entries.filter((entry) => kind.value === "" || actKind(entry) === kind.value);
  return (
    <Section id="audit" title={t("audit-title")}>
      <p class="audit-what">{t("audit-what")}</p>
      <div class="audit-tools">
        <button
          type="button"
          class="button"
          data-testid="audit-show"
          disabled={seen.busy}
          onClick={() => void desk.loadAudit()}
        >
          <Icon name="eye" />
          {t(seen.audit ? "audit-again" : "audit-show")}
        </button>
        <button
          type="button"
          class="button"
          data-testid="audit-verify"
          disabled={seen.busy}
          onClick={() => void desk.verify()}
        >
          <Icon name="check" />
          {t("audit-verify")}
        </button>
        {seen.audit && (
          <label class="audit-kind">
            {t("audit-kind")}
            <select
              data-testid="audit-kind"
              value={kind.value}
              onChange={(event) => {
                kind.value = event.currentTarget.value;
              }}
            >
              <option value="">{t("audit-all")}</option>
              {kindsIn(entries).map((one) => (
                <option key={one} value={one}>
                  {kindText(office, one)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <div role="status">
        {seen.verified && <Result office={office} verified={seen.verified} />}
      </div>
      {seen.audit && (
        <Table
          label={t("audit-title")}
          heads={[`#${t("audit-number")}`, t("audit-when"), t("audit-act"), t("audit-details")]}
        >
          {shown.map((entry) => (
            <Row key={entry.n} office={office} entry={entry} />
          ))}
        </Table>
      )}
    </Section>
  );
}

function Result({ office, verified }: { office: Office; verified: Verified }): JSX.Element {
  const { t } = office;
  const { result } = verified;
  return (
    <div
      class={`notice ${result === "whole" ? "" : "alarm"}`}
      data-testid="verified"
      data-result={result}
    >
      <Icon name={result === "whole" ? "check" : "alert"} />
      {verified.result === "whole" ? (
        <div>
          <p>{t("audit-whole", { entries: verified.entries })}</p>
          <p class="audit-head numbers" dir="ltr">
            {verified.head}
          </p>
        </div>
      ) : (
        <div>
          <p>{t("audit-changed")}</p>
          <p lang="en">{verified.message}</p>
        </div>
      )}
    </div>
  );
}

function kindText({ t }: Office, kind: string): string {
  return t(`act-${kind.replaceAll("_", "-")}`);
}

function Row({ office, entry }: { office: Office; entry: AuditEntry }): JSX.Element {
  const { t, zone } = office;
  const kind = actKind(entry);
  const form = { dateStyle: "short", timeStyle: "medium", timeZone: zone } as const;
  return (
    <tr data-testid="audit-row" data-id={entry.n} data-kind={kind}>
      <td class="number numbers">{entry.n}</td>
      <td class="numbers">{new Intl.DateTimeFormat(t.locale, form).format(entry.at)}</td>
      <th scope="row">{kindText(office, kind)}</th>
      <td class="audit-details">
        {actDetails(entry, (role) => t(`role-${role}`))
          .map(([name, value]) => `${t(`act-field-${name.replaceAll("_", "-")}`)} : ${value}`)
          .join(" · ")}
      </td>
    </tr>
  );
}
