/** As what somebody who has written is named. Pure. */
import type { ColleagueView } from "./protocol";
import type { Writer } from "./text-log";

/** Oneself, the visitor, a third party, the one beside the lead, any other interpreter. */
export type WriterRole = "me" | "visitor" | "guest" | "colleague" | "interpreter";

/**
 * By the writer's own number, since lines stay when their writer has gone: of interpreters only the
 * present colleague is told apart; the lead, and whoever is neither any more, is an interpreter.
 */
export function writerRole(writer: Writer, colleague: ColleagueView | null): WriterRole {
  switch (writer?.kind) {
    case undefined:
      return "me";
    case "tablet":
      return "visitor";
    case "guest":
      return "guest";
    case "interpreter":
      return writer?.number === colleague?.interpreter ? "colleague" : "interpreter";
    case "observer":
    case "unknown":
      return "interpreter";
  }
}
