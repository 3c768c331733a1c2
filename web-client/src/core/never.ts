/** Exhaustiveness: a `switch` that forgets a variant does not compile. */

/** Never reached; the type checker proves it. A message from a newer gateway would end here. */
export function unreachable(value: never): never {
  throw new Error(`unexpected variant: ${JSON.stringify(value)}`);
}
