import { useRef } from 'preact/hooks';
import { useKeys } from './use-keys.ts';

const KEYS = [
  ['/', 'Search tasks'],
  ['Enter', 'In the search: next match (with Shift: previous match)'],
  ['Escape', 'Clear the search or close the panel'],
  ['j k', 'Next job, previous job'],
  ['↑ ↓', 'In the graph: move to a dependency, to a dependent'],
  ['← →', 'In the graph: move to the task on the left, on the right'],
  ['Enter', 'In the graph: open the task'],
  ['+ −', 'Zoom in, zoom out'],
  ['0', 'Fit the graph to the window'],
  ['?', 'Show this list'],
] as const;

/** The list of keyboard shortcuts, and the button that opens it. */
export function KeyHelp() {
  const dialog = useRef<HTMLDialogElement>(null);
  const show = () => dialog.current?.showModal();
  useKeys({ '?': show });
  return (
    <>
      <button type="button" class="help" title="Keyboard shortcuts (?)" aria-label="Keyboard shortcuts" onClick={show}>
        ?
      </button>
      <dialog ref={dialog} aria-labelledby="keys-title">
        <h2 id="keys-title">Keyboard shortcuts</h2>
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
