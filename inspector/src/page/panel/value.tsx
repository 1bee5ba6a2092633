import { errorText, valueText } from '../model/plain-text.ts';

/** Any value, on as many lines as it needs. */
export function Value({ value, label }: { readonly value: unknown; readonly label: string }) {
  return <Text text={valueText(value, 2)} label={label} look="value" />;
}

/** What was thrown, with its stack and causes. */
export function ErrorText({ error, label }: { readonly error: unknown; readonly label: string }) {
  return <Text text={errorText(error)} label={label} look="error" />;
}

function Text({ text, label, look }: { readonly text: string; readonly label: string; readonly look: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached with keys
    <section class={`text ${look}`} aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  );
}
