/** The whole test of a tablet by itself, and what the gateway is told of it. */
import { GatewayError, post } from "../gateway";
import type { RelayServer } from "../protocol";
import { testDevices } from "./devices";
import type { Fault, Found } from "./faults";
import { testWay } from "./way";

/** There is no test now: too many others test themselves, or this one too often. */
export class NotNow extends Error {}

const GATEWAY = {
  async echo(sdp: string): Promise<{ sdp: string; relays: RelayServer[] }> {
    try {
      return await (await post("/api/self-test/media", { sdp })).json();
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : "";
      if (code === "self_test_busy" || code === "too_many_requests") throw new NotNow(code);
      throw error;
    }
  },
};

/**
 * Tests everything and tells the gateway. Ended by `signal`, everything is let go of at once and
 * nothing is told. `asked`: somebody stands at the tablet.
 */
export async function runSelfTest(signal: AbortSignal, asked: boolean): Promise<Found> {
  const faults: Fault[] = await testDevices(signal, asked);
  const { fault, ...way } = await testWay(GATEWAY, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof NotNow) throw error;
    console.warn(error);
    return {
      fault: "network_unanswered" as const,
      way: null,
      opened_ms: null,
      frames_in_10: null,
      delay_ms: null,
    };
  });
  signal.throwIfAborted();
  if (fault) faults.push(fault);
  const found: Found = { faults, ...way };
  await post("/api/self-test/result", found);
  return found;
}
