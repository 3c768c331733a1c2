/** The page's one dialog: a new account, or what can be done with one. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Deed, Person } from "../core/administration";
import type { Identity } from "../core/protocol";
import { Dialog } from "../ui/dialog";
import { LinkCard } from "../ui/guest-link";
import { Icon, type IconName } from "../ui/icons";
import { TextField } from "../ui/password-field";
import { type Office, personOf } from "./app";
import { languagesOf } from "./people";
import "../ui/account.css";
import "../ui/company.css";

/** What an account can be made for, in the order of the list. */
const ROLES = ["interpreter", "coordinator", "administrator"] as const;

/** See the module. */
export function PersonDialog({ office }: { office: Office }): JSX.Element {
  const { t, desk, seen, subject } = office;
  const about = subject.value;
  const close = () => {
    desk.closeLink();
    subject.value = null;
  };
  const person = about?.kind === "person" ? personOf(office, about.login) : null;
  const title = about?.kind === "person" ? about.login : t("person-add");
  return (
    <Dialog id="person" open={about !== null} title={title} close={close}>
      {seen.problem && (
        <p
          class="notice alarm"
          role="alert"
          data-testid="person-problem"
          data-problem={seen.problem}
        >
          <Icon name="alert" />
          <span>{t(`people-problem-${seen.problem.replaceAll("_", "-")}`)}</span>
        </p>
      )}
      {seen.link ? (
        <HandOver office={office} />
      ) : (
        <>
          {about?.kind === "new" && <NewPerson office={office} />}
          {person && <Actions office={office} person={person} />}
        </>
      )}
      <p class="dialog-end">
        <button type="button" class="button" data-testid="person-close" onClick={close}>
          {t("dialog-close")}
        </button>
      </p>
    </Dialog>
  );
}

/** The link, once. */
function HandOver({ office }: { office: Office }): JSX.Element | null {
  const { t, seen } = office;
  const { link } = seen;
  if (!link) return null;
  const words = {
    qr: t("person-link-qr"),
    copy: t("person-link-copy"),
    copied: t("person-link-copied"),
    left: t("person-link-until"),
  };
  return (
    <section class="hand-over" data-testid="account-link" data-url={link.url}>
      <p class="dialog-text">{t("person-link", { login: link.login })}</p>
      <LinkCard link={link} words={words} />
    </section>
  );
}

/** The identity that a form names. */
function identityIn(data: FormData): Identity {
  const role = String(data.get("role"));
  if (role === "interpreter") return { role, interpreter: Number(data.get("interpreter")) };
  return { role: role === "administrator" ? "administrator" : "coordinator" };
}

/** Who it is: a role, and of interpreters which. */
function WhoFields(props: { office: Office; identity: Identity }): JSX.Element {
  const { office, identity } = props;
  const { t, seen } = office;
  const role = useSignal<string>(identity.role);
  const known = seen.people?.interpreters ?? [];
  // An interpreter has one account at most.
  const taken = (seen.people?.accounts ?? []).flatMap(({ identity: of }) =>
    of.role === "interpreter" ? [of.interpreter] : [],
  );
  const own = identity.role === "interpreter" ? identity.interpreter : null;
  const free = known.filter(
    ({ interpreter }) => interpreter === own || !taken.includes(interpreter),
  );
  return (
    <>
      <div class="account-field">
        <label for="role">{t("people-role")}</label>
        <select
          id="role"
          name="role"
          data-testid="role"
          value={role.value}
          onChange={(event) => {
            role.value = event.currentTarget.value;
          }}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {t(`role-${one}`)}
            </option>
          ))}
        </select>
        <p class="account-help">{t(`role-${role.value}-what`)}</p>
      </div>
      {role.value === "interpreter" && (
        <div class="account-field">
          <label for="interpreter">{t("person-interpreter")}</label>
          <select id="interpreter" name="interpreter" data-testid="interpreter">
            {free.map(({ interpreter, name, languages }) => (
              <option key={interpreter} value={interpreter} selected={interpreter === own}>
                {`${name} (${languagesOf(office, languages)})`}
              </option>
            ))}
          </select>
          <p class="account-help">{t("person-interpreter-help")}</p>
        </div>
      )}
    </>
  );
}

function NewPerson({ office }: { office: Office }): JSX.Element {
  const { t, desk, seen } = office;
  return (
    <form
      class="account-form"
      data-testid="new-person"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        void desk.add(String(data.get("login")), identityIn(data));
      }}
    >
      <TextField id="login" label={t("login")} kind="off" help={t("person-login-help")} />
      <WhoFields office={office} identity={{ role: "interpreter", interpreter: 0 }} />
      <button
        type="submit"
        class="button primary"
        data-testid="new-person-send"
        disabled={seen.busy}
      >
        {t("person-add-send")}
      </button>
    </form>
  );
}

function Actions({ office, person }: { office: Office; person: Person }): JSX.Element {
  const { t } = office;
  if (person.own) {
    return (
      <>
        <p class="dialog-text">{t("person-own")}</p>
        <Login office={office} person={person} />
      </>
    );
  }
  return (
    <>
      <Login office={office} person={person} />
      <ChangeRole office={office} person={person} />
      <section class="deeds">
        <Doing office={office} person={person} deed="reset" icon="lock" />
        {person.second_factor && (
          <Doing office={office} person={person} deed="remove-second-factor" icon="tablet" />
        )}
        {person.sessions > 0 && (
          <Doing office={office} person={person} deed="end-sessions" icon="leave" />
        )}
        <Doing office={office} person={person} deed="remove" icon="cross" />
      </section>
    </>
  );
}

function Login({ office, person }: { office: Office; person: Person }): JSX.Element {
  const { t, desk, seen, subject } = office;
  const rename = async (typed: string) => {
    const done = await desk.change(person.login, { new_login: typed });
    // As the gateway reads it: without case and spaces around it.
    if (done) subject.value = { kind: "person", login: typed.trim().toLowerCase() };
  };
  return (
    <details>
      <summary data-testid="rename-person">{t("person-rename")}</summary>
      <form
        class="account-form"
        data-testid="rename"
        onSubmit={(event) => {
          event.preventDefault();
          void rename(String(new FormData(event.currentTarget).get("new-login")));
        }}
      >
        <TextField
          id="new-login"
          label={t("person-new-login")}
          kind="off"
          help={t("person-login-help")}
        />
        <button type="submit" class="button" data-testid="rename-send" disabled={seen.busy}>
          {t("person-rename-send")}
        </button>
      </form>
    </details>
  );
}

function ChangeRole({ office, person }: { office: Office; person: Person }): JSX.Element {
  const { t, desk, seen } = office;
  return (
    <details>
      <summary data-testid="change-role">{t("person-role")}</summary>
      <form
        class="account-form"
        data-testid="role-form"
        onSubmit={(event) => {
          event.preventDefault();
          const identity = identityIn(new FormData(event.currentTarget));
          void desk.change(person.login, { identity });
        }}
      >
        <WhoFields key={person.identity.role} office={office} identity={person.identity} />
        <p>{t("person-role-ends")}</p>
        <button type="submit" class="button danger" data-testid="role-send" disabled={seen.busy}>
          {t("person-role-send")}
        </button>
      </form>
    </details>
  );
}

/** In two steps: the second says what happens. */
function Doing(props: { office: Office; person: Person; deed: Deed; icon: IconName }): JSX.Element {
  const { office, person, deed, icon } = props;
  const { t, desk, seen, subject } = office;
  const sure = useSignal(false);
  const go = async () => {
    const done = await desk.do(person.login, deed);
    sure.value = false;
    if (done && deed === "remove") subject.value = null;
  };
  if (!sure.value) {
    return (
      <button
        type="button"
        class="button"
        data-testid={deed}
        disabled={seen.busy}
        onClick={() => {
          sure.value = true;
        }}
      >
        <Icon name={icon} />
        {t(`person-${deed}`)}
      </button>
    );
  }
  return (
    <div class="deed-sure" role="alert">
      <p>{t(`person-${deed}-what`)}</p>
      <button
        type="button"
        class="button danger"
        data-testid={`${deed}-confirm`}
        disabled={seen.busy}
        onClick={() => void go()}
      >
        {t(`person-${deed}-confirm`)}
      </button>
      <button
        type="button"
        class="button"
        onClick={() => {
          sure.value = false;
        }}
      >
        {t("cancel")}
      </button>
    </div>
  );
}
