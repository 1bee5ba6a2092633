import type { ComponentChildren } from 'preact';
import { TABS, type Tab } from '../model/selection.ts';

const NAMES: Readonly<Record<Tab, string>> = { graph: 'Graph', timeline: 'Timeline', machine: 'Job' };

/** Tabs, and the panel of the selected one. */
export function Tabs(props: {
  readonly selected: Tab;
  readonly onSelect: (tab: Tab) => void;
  /** Shown beside the tabs. */
  readonly beside: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  const { selected, onSelect, beside, children } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = TABS[(TABS.indexOf(selected) + step + TABS.length) % TABS.length] as Tab;
      onSelect(next);
      document.getElementById(`tab-${next}`)?.focus();
    }
  };
  return (
    <>
      <div class="tab-row">
        <div class="tabs" role="tablist" aria-label="Job views" onKeyDown={onKeyDown}>
          {TABS.map((tab) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`tab-${tab}`}
              aria-selected={tab === selected}
              aria-controls="tab-panel"
              tabIndex={tab === selected ? 0 : -1}
              onClick={() => onSelect(tab)}
            >
              {NAMES[tab]}
            </button>
          ))}
        </div>
        {beside}
      </div>
      <div class={`tab-panel of-${selected}`} role="tabpanel" id="tab-panel" aria-labelledby={`tab-${selected}`}>
        {children}
      </div>
    </>
  );
}
