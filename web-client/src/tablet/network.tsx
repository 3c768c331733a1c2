/** Said at the tablet when no video gets through its network: to the visitor, the agent, and the city's IT. */
import type { JSX } from "preact";
import { NetworkWatch } from "../core/media/network-watch";
import { Icon } from "../ui/icons";
import { NetworkHelp } from "../ui/network-help";
import { useCell } from "../ui/text-panel";
import type { TabletPage } from "./app";
import { TwoTongues } from "./two-tongues";

const watches = new WeakMap<TabletPage, NetworkWatch>();

/** What is known of the tablet's network; followed from the first question on. */
export function networkOf(tablet: TabletPage): NetworkWatch {
  const known = watches.get(tablet);
  if (known) return known;
  const isLinked = () => tablet.page.state.peek().link === "connected";
  const watch = new NetworkWatch(tablet.controller.media, isLinked);
  watches.set(tablet, watch);
  return watch;
}

/** The words, and behind a touch the steps. */
export function NetworkWords({ tablet }: { tablet: TabletPage }): JSX.Element {
  const diagnosis = useCell(networkOf(tablet).diagnosis);
  return (
    <div class="network-words">
      <TwoTongues tablet={tablet} id="network-blocked" />
      {diagnosis && (
        <NetworkHelp
          diagnosis={diagnosis}
          locale={tablet.page.texts.value.locale}
          title="network-show-it"
        />
      )}
    </div>
  );
}

/** The same while somebody waits or is being connected. */
export function NetworkNotice({ tablet }: { tablet: TabletPage }): JSX.Element | null {
  const diagnosis = useCell(networkOf(tablet).diagnosis);
  if (diagnosis?.verdict !== "blocked") return null;
  return (
    <div class="notice alarm" role="alert" data-testid="network-notice">
      <Icon name="alert" />
      <NetworkWords tablet={tablet} />
    </div>
  );
}
