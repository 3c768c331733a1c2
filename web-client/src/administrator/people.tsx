/** Who has an account. */
import type { JSX } from "preact";
import type { KnownInterpreter, Person } from "../core/administration";
import { languageName } from "../core/names";
import type { Identity } from "../core/protocol";
import { Icon } from "../ui/icons";
import { Section, Table } from "../ui/section";
import type { Office } from "./app";

/** The list, and the way to a new account. */
export function PeopleSection({ office }: { office: Office }): JSX.Element {
  const { t, seen, subject } = office;
  const accounts = seen.people?.accounts ?? [];
  return (
    <Section id="people" title={t("people-title")} count={accounts.length}>
      <button
        type="button"
        class="button primary"
        data-testid="add-person"
        aria-haspopup="dialog"
        onClick={() => {
          office.desk.closeLink();
          subject.value = { kind: "new" };
        }}
      >
        <Icon name="person" />
        {t("person-add")}
      </button>
      {seen.people && accounts.length === 0 && <p class="empty">{t("people-empty")}</p>}
      <Table
        label={t("people-title")}
        heads={[
          t("people-login"),
          t("people-role"),
          t("people-languages"),
          t("people-password"),
          t("second-factor-title"),
          t("people-last"),
          `#${t("people-sessions")}`,
          `!${t("people-actions")}`,
        ]}
      >
        {accounts.map((person) => (
          <Row key={person.login} office={office} person={person} />
        ))}
      </Table>
    </Section>
  );
}

/** The interpreter's name, where one is meant. */
export function nameOf({ seen }: Office, identity: Identity): string {
  if (identity.role !== "interpreter") return "";
  const known = seen.people?.interpreters ?? [];
  const found = known.find(({ interpreter }) => interpreter === identity.interpreter);
  return found?.name ?? `#${identity.interpreter}`;
}

/** What somebody interprets, in words. */
export function languagesOf({ t, seen }: Office, languages: KnownInterpreter["languages"]): string {
  const { people } = seen;
  if (!people) return "";
  return languages.map((one) => languageName(people, one, t.locale)).join(" · ");
}

/** A day as the gateway counts them, in UTC: its noon is the same day everywhere in Europe. */
function day({ t, zone }: Office, begins: number): string {
  const noon = begins + 12 * 60 * 60 * 1000;
  const form = { day: "numeric", month: "long", timeZone: zone } as const;
  return new Intl.DateTimeFormat(t.locale, form).format(noon);
}

function Row({ office, person }: { office: Office; person: Person }): JSX.Element {
  const { t, seen, subject } = office;
  const { login, identity } = person;
  const known = seen.people?.interpreters ?? [];
  const interpreter =
    identity.role === "interpreter" &&
    known.find((one) => one.interpreter === identity.interpreter);
  const name = nameOf(office, identity);
  const link = person.link_until === null ? "expired" : "open";
  const without = person.has_provider && link === "expired" ? "provider" : link;
  const password = person.has_password ? "chosen" : without;
  return (
    <tr
      data-testid="person"
      data-id={login}
      data-role={identity.role}
      data-password={password}
      data-sessions={person.sessions}
      data-second-factor={person.second_factor}
    >
      <th scope="row">
        <span class="cell-lines">
          {person.name ?? login}
          {person.name !== null && <span class="person-own">{login}</span>}
          {person.own && <span class="person-own">{t("people-own")}</span>}
        </span>
      </th>
      <td>
        {t(`role-${identity.role}`)}
        {name && ` · ${name}`}
      </td>
      <td>{interpreter ? languagesOf(office, interpreter.languages) : "–"}</td>
      <td>{t(`people-password-${password}`)}</td>
      <td>{t(person.second_factor ? "people-factor-on" : "people-factor-off")}</td>
      <td>{person.last_sign_in === null ? "–" : day(office, person.last_sign_in)}</td>
      <td class="number numbers">{person.sessions}</td>
      <td>
        <button
          type="button"
          class="button"
          data-testid="edit-person"
          aria-haspopup="dialog"
          aria-label={t("person-edit-label", { login })}
          onClick={() => {
            office.desk.closeLink();
            subject.value = { kind: "person", login };
          }}
        >
          <Icon name="pencil" />
          {t("person-edit")}
        </button>
      </td>
    </tr>
  );
}
