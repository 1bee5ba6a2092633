import type { Why } from '../model/why.ts';

/** Why something is in its state, with links to the tasks it names. */
export function WhyText({ why, onSelect }: { readonly why: Why; readonly onSelect: (task: string) => void }) {
  return (
    <p class="why">
      {why.text}
      {why.tasks.map((task) => (
        <>
          {' '}
          <button key={task} type="button" class="link" onClick={() => onSelect(task)}>
            {task}
          </button>
        </>
      ))}
      {why.end !== undefined && ` ${why.end}`}
    </p>
  );
}
