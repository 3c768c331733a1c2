// Closes the run with one plain line of counts, the same form for people and for CI.
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";

/** Counts the outcomes of the run. */
export default class Summary implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  onTestEnd(_test: TestCase, result: TestResult): void {
    if (result.status === "passed") this.passed += 1;
    else if (result.status === "skipped") this.skipped += 1;
    else this.failed += 1;
  }

  onEnd(_result: FullResult): void {
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    process.stdout.write(`\nbrowser: ${this.passed} passed, ${this.failed} failed${skipped}\n`);
  }
}
