import { useRef } from 'preact/hooks';
import { useKeys } from './use-keys.ts';

const KEYS = [
  ['/', 'Search for tasks'],
  ['Enter', 'In the search: the next match, with Shift the one before'],
  ['Escape', 'Ends the search, closes the panel'],
  ['j k', 'The next job, the one before'],
  ['↑ ↓', 'In the graph: to a dependency, to a dependent'],
  ['← →', 'In the graph: to the task beside'],
  ['Enter', 'In the graph: shows the task'],
  ['+ −', 'Makes the graph larger, smaller'],
  ['0', 'Shows all of the graph'],
  ['?', 'This list'],
] as const;

/** The list of keys, and the button that shows it. */
export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const show = () => dialog.current?.showModal();
  useKeys({ '?': show });
  return (
    <>
      <button type="button" class="help" title="Keys (?)" aria-label="Keys" onClick={show}>
        ?
      </button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl class="keys">
          {KEYS.map(([keys, meaning]) => (
            <div key={meaning}>
              <dt>
                {keys.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </div>
      </dialog>
    </>
  );
}
