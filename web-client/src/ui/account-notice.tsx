/** What the gateway refused, in words; tests find it by its id and the problem's. */
import type { JSX } from "preact";
import { type AccountProblem, accountText } from "../core/account";
import type { Texts } from "../core/texts";

/** Nothing while there is no problem. */
export function AccountNotice(props: {
  t: Texts;
  id: string;
  problem: AccountProblem | null;
}): JSX.Element | null {
  const { t, id, problem } = props;
  return (
    problem && (
      <p class="notice alarm" role="alert" id={id} data-testid={id} data-problem={problem}>
        {t(accountText(problem))}
      </p>
    )
  );
}
