/** A form that asks the gateway for something with what was typed, and says what was wrong. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { type AccountProblem, accountProblem } from "../core/account";
import type { Texts } from "../core/texts";
import { AccountNotice } from "./account-notice";
import "./account.css";

/** What was typed in a field. */
export type Fields = (name: string) => string;

/** `send` throws what the gateway refuses with; `problem` is shown in its place where a page has one. */
export function AccountForm(props: {
  t: Texts;
  id: string;
  submit: string;
  send: (typed: Fields) => Promise<void>;
  /** A problem that the form deals with itself; true when it does. */
  deal?: (problem: AccountProblem) => boolean;
  children: (problem: string | undefined) => ComponentChildren;
}): JSX.Element {
  const { id } = props;
  const problem = useSignal<AccountProblem | null>(null);
  const busy = useSignal(false);
  const send = async (form: HTMLFormElement) => {
    const data = new FormData(form);
    busy.value = true;
    problem.value = null;
    try {
      await props.send((name) => String(data.get(name) ?? ""));
      form.reset();
    } catch (error) {
      const found = accountProblem(error);
      problem.value = props.deal?.(found) ? null : found;
    } finally {
      busy.value = false;
    }
  };
  const problemId = `${id}-problem`;
  return (
    <form
      class="account-form"
      data-testid={id}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy.value) void send(event.currentTarget);
      }}
    >
      {props.children(problem.value === null ? undefined : problemId)}
      <AccountNotice t={props.t} id={problemId} problem={problem.value} />
      <button type="submit" class="button primary" data-testid={`${id}-send`} disabled={busy.value}>
        {props.submit}
      </button>
    </form>
  );
}
