/** The screens that are not needed before somebody has tapped something: one file, fetched later. */
export { BookingScreen } from "./booking";
export { CallScreen } from "./call";
export { PointingScreen } from "./pointing";
export { TicketScreen } from "./ticket";
