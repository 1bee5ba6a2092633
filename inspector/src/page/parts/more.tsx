import { useState } from 'preact/hooks';

/** How many items of a long list are shown, and the button that shows more, if there are more. */
export function useMore(count: number, atOnce: number) {
  const [most, setMost] = useState(atOnce);
  const rest = count - most;
  const button = rest > 0 && (
    <button type="button" onClick={() => setMost(most + 4 * atOnce)}>
      Show more ({rest})
    </button>
  );
  return [most, button] as const;
}
