// Closes the run with the figures that were measured, and one plain line of counts, the same form for
// people and for CI.
import type { FullResult, Reporter, TestCase, TestResult } from "@playwright/test/reporter";
import { FIGURE, type Figure } from "./figures.ts";

/** Counts the outcomes of the run. */
export default class Summary implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;
  private readonly figures: Figure[] = [];

  onTestEnd(_test: TestCase, result: TestResult): void {
    if (result.status === "passed") this.passed += 1;
    else if (result.status === "skipped") this.skipped += 1;
    else this.failed += 1;
    for (const { type, description } of result.annotations)
      if (type === FIGURE && description) this.figures.push(JSON.parse(description) as Figure);
  }

  onEnd(_result: FullResult): void {
    for (const { what, value, target, met } of this.figures)
      process.stdout.write(`${met ? "met   " : "missed"} ${value} (target ${target}) ${what}\n`);
    const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : "";
    process.stdout.write(`\nbrowser: ${this.passed} passed, ${this.failed} failed${skipped}\n`);
  }
}
