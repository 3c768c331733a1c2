/** The screens that are not needed before somebody has tapped something: one file, fetched later. */
export { addCallTexts } from "../core/call-texts";
export { BookingScreen } from "./booking";
export { CallScreen } from "./call";
export { EnrolScreen } from "./enrol";
export { NetworkNotice, networkOf } from "./network";
export { PointingScreen } from "./pointing";
export { SelfTestMark } from "./self-test";
export { TicketScreen } from "./ticket";
