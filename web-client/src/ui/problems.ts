/** Which text explains a problem to a person. One place, so that no problem is left without words. */
import type { DeviceProblem } from "../core/media/devices";
import { unreachable } from "../core/never";
import { RequestError, type RequestProblem } from "../core/requests";
import type { SignInProblem } from "../core/sign-in";

/** The text id for a refused request. */
export function requestText(problem: RequestProblem): string {
  switch (problem) {
    case "not_connected":
      return "problem-not-connected";
    case "no_answer":
      return "problem-no-answer";
    case "too_fast":
      return "problem-too-fast";
    case "unknown_language":
      return "problem-unknown-language";
    case "call_gone":
    case "offer_gone":
    case "wrong_state":
      return "problem-gone";
    case "slot_gone":
      return "problem-slot-gone";
    case "closed":
      return "problem-closed";
    case "not_found":
      return "problem-not-found";
    case "not_qualified":
      return "problem-not-qualified";
    case "text_too_long":
      return "problem-text-too-long";
    case "unavailable":
      return "problem-unavailable";
    case "bad_message":
    case "not_allowed":
    case "bad_media":
      return "problem-other";
    default:
      return unreachable(problem);
  }
}

/** The problem of whatever a request threw. */
export function requestProblem(error: unknown): RequestProblem {
  if (error instanceof RequestError) return error.problem;
  console.error(error);
  return "unavailable";
}

/** The text id for a device problem; the same ids in visitor and staff texts. */
export function deviceText(problem: DeviceProblem): string {
  return `device-${problem.replaceAll("_", "-")}`;
}

/** The text id for a sign-in problem. */
export function signInText(problem: SignInProblem): string {
  switch (problem) {
    case "unreachable":
      return "sign-in-unreachable";
    case "invite_refused":
      return "sign-in-invite-refused";
    case "too_many_requests":
      return "sign-in-too-many";
    case "pairing_code_unreadable":
    case "pairing_code_gone":
    case "pairing_too_many":
      return problem.replaceAll("_", "-");
    case "failed":
      return "sign-in-failed";
    default:
      return unreachable(problem);
  }
}
