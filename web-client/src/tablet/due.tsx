/** The time of an appointment has come: the tablet calls its visitor as it calls one back. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { AppointmentView } from "../core/protocol";
import { callbackNumber } from "../core/tablet";
import { useGuard } from "../ui/guard";
import { Icon } from "../ui/icons";
import type { TabletPage } from "./app";
import { Calling, HereOrNot } from "./ring";
import { TwoTongues } from "./two-tongues";

/** The screen that calls. */
export function DueScreen(props: {
  tablet: TabletPage;
  appointment: AppointmentView;
}): JSX.Element {
  const { tablet, appointment } = props;
  const asking = useSignal(false);
  return (
    <Calling
      tablet={tablet}
      language={appointment.language}
      call={appointment.appointment}
      title="due-title"
      testId="appointment-due"
    >
      {asking.value ? (
        <Absent {...props} />
      ) : (
        <HereOrNot
          tablet={tablet}
          here={() => void tablet.controller.answerAppointment(appointment)}
          absent={() => {
            asking.value = true;
          }}
        />
      )}
    </Calling>
  );
}

/** Not there yet: the interpreter waits a while, and so can the tablet, without a sound. */
function Absent(props: { tablet: TabletPage; appointment: AppointmentView }): JSX.Element {
  const { tablet } = props;
  const { appointment } = props.appointment;
  const { controller } = tablet;
  const guarded = useGuard();
  const number = callbackNumber(appointment);
  const connected = tablet.page.state.value.link === "connected";
  return (
    <div class="ring-absent" data-testid="due-sure">
      <p>
        <TwoTongues tablet={tablet} id="ring-sure" values={{ number }} />
      </p>
      <div class="ended-actions">
        <button
          type="button"
          class="button large"
          data-testid="due-cancel"
          disabled={guarded || !connected}
          onClick={() => void controller.cancelAppointment(appointment)}
        >
          <Icon name="cross" />
          <TwoTongues tablet={tablet} id="due-remove" />
        </button>
        {/* Second, where "not here" was: what a third touch meets does no harm. */}
        <button
          type="button"
          class="button primary large"
          data-testid="due-later"
          disabled={guarded}
          onClick={() => controller.quiet(appointment)}
        >
          <Icon name="bell" off />
          <TwoTongues tablet={tablet} id="due-later" />
        </button>
      </div>
    </div>
  );
}
