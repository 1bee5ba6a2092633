import type { Why } from '../model/why.ts';

/** Why something is as it is, with the tasks that are the reason. */
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
    </p>
  );
}
