import { useEffect, useState } from 'preact/hooks';
import { readSelection, type Selection, writeSelection } from '../model/selection.ts';

/** The current selection, and a function to change it. */
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
