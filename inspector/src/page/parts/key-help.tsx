import { useRef } from 'preact/hooks';
import { useKeys } from './use-keys.ts';

const KEYS = [
  ['/', 'Search tasks'],
  ['Enter', 'In the search: next match (Shift+Enter: previous match)'],
  ['Escape', 'Clear the search or close the panel'],
  ['j k', 'Next or previous job'],
  ['↑ ↓', 'In the graph: move to a dependency or dependent'],
  ['← →', 'In the graph: move to the task on the left or right'],
  ['Enter', 'In the graph: open the task'],
  ['+ −', 'Zoom in or out'],
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
