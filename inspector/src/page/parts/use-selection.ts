import { useEffect, useState } from 'preact/hooks';
import { readSelection, type Selection, writeSelection } from '../model/selection.ts';

/** What is looked at, and how to look at something else. */
export function useSelection(): [Selection, (selection: Selection) => void] {
  const [selection, setSelection] = useState(() => readSelection(location.hash));
  useEffect(() => {
    const onHash = () => setSelection(readSelection(location.hash));
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, []);
  const select = (next: Selection) => {
    history.replaceState(undefined, '', writeSelection(next));
    setSelection(next);
  };
  return [selection, select];
}
