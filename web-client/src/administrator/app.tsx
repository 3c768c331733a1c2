/** The administrator's page: people, tablets, how the gateway stands, what was done. No calls. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { type Administration, AdministrationDesk, type Person } from "../core/administration";
import { DeviceDesk, type Devices } from "../core/devices";
import type { Texts } from "../core/texts";
import { type Zone, zoneOf } from "../core/zone";
import { ConsoleFrame } from "../ui/account-sign-in";
import { ConsoleHead } from "../ui/console-head";
import { DeviceList } from "../ui/devices";
import type { Page } from "../ui/page";
import { Section } from "../ui/section";
import { signalOf } from "../ui/signals";
import { Audit } from "./audit";
import { PeopleSection } from "./people";
import { PersonDialog } from "./person";
import { StateSection } from "./state";

/** So often the lists are asked for again: others may administrate, too. */
const FRESH_MS = 15_000;

/** What the dialog is about: a new account, or one there is. */
export type Subject =
  | { readonly kind: "new" }
  | { readonly kind: "person"; readonly login: string };

/** What every part of the page gets. */
export interface Office {
  readonly t: Texts;
  readonly desk: AdministrationDesk;
  readonly seen: Administration;
  readonly devices: ReadonlySignal<Devices>;
  readonly zone: Zone;
  readonly subject: Signal<Subject | null>;
}

/** The account of this login. */
export function personOf({ seen }: Office, login: string): Person | null {
  return seen.people?.accounts.find((person) => person.login === login) ?? null;
}

/** The page. */
export function AdministratorApp({ page }: { page: Page<"administrator"> }): JSX.Element {
  return <ConsoleFrame page={page}>{() => <Screen page={page} />}</ConsoleFrame>;
}

function Screen({ page }: { page: Page<"administrator"> }): JSX.Element {
  const hand = useMemo(() => {
    const desk = new AdministrationDesk(location.origin, () => void page.signIn.refresh());
    const tablets = new DeviceDesk(location.origin);
    return {
      desk,
      tablets,
      state: signalOf(desk.state),
      devices: signalOf(tablets.state),
      subject: signal<Subject | null>(null),
    };
  }, [page]);
  const { desk, tablets, devices, subject } = hand;
  useEffect(() => {
    void desk.load();
    const timer = setInterval(() => void desk.load(), FRESH_MS);
    return () => clearInterval(timer);
  }, [desk]);
  const t = page.texts.value;
  const seen = hand.state.value;
  const zone = zoneOf(seen.state ?? { time_zone: "" });
  const office: Office = { t, desk, seen, devices, zone, subject };
  return (
    <>
      <ConsoleHead page={page} title={t("admin-title")} detail={seen.state?.service ?? ""} />
      <main class="office" data-testid="office">
        <PeopleSection office={office} />
        <div class="office-columns">
          <Section id="tablets" title={t("admin-tablets")}>
            <DeviceList
              place={{ t, desk: tablets, devices, clock: [], zone, calls: () => "unknown" }}
            />
          </Section>
          <div class="office-side">
            <StateSection office={office} />
          </div>
        </div>
        <Audit office={office} />
      </main>
      <PersonDialog office={office} />
    </>
  );
}
