import type { ComponentChildren } from 'preact';

/** A collapsible section. */
export function Section({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <details class="section" open>
      <summary>
        <h3>{title}</h3>
      </summary>
      {children}
    </details>
  );
}
