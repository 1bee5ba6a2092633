import { useRef } from 'preact/hooks';
import { useKeys } from '../parts/use-keys.ts';

/** Finds tasks by name. */
export function SearchField(props: {
  readonly query: string;
  readonly count: number;
  readonly onQuery: (query: string) => void;
  readonly onNext: (step: 1 | -1) => void;
}) {
  const { query, count, onQuery, onNext } = props;
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      onNext(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      onQuery('');
      input.current?.blur();
    }
  };
  return (
    <search class="search">
      <input
        ref={input}
        type="search"
        aria-label="Search tasks"
        placeholder="Search tasks (/)"
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={({ currentTarget }) => onQuery(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <span class="count faint" role="status">
        {query.trim() === '' ? '' : `${count} ${count === 1 ? 'match' : 'matches'}`}
      </span>
    </search>
  );
}
