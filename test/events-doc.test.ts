import { readFile } from 'node:fs/promises';
import test from 'ava';
import { EVENTS_DOC, eventsDoc, readEventTypes } from '../scripts/events-doc.ts';

test('the document of the events is what their types say (`npm run docs` writes it)', async (t) => {
  t.is(await readFile(EVENTS_DOC, 'utf8'), eventsDoc(await readEventTypes()));
});

test('an event is listed with its own fields and those it inherits', (t) => {
  const doc = eventsDoc(`
    type Loss = 'lost' | 'gone';
    export type Reason = 'late' | Loss;
    interface Base {
      /** Who it is about. */
      readonly task: string;
    }
    /** It was stopped. */
    export interface StoppedEvent extends Base {
      readonly type: 'task.stopped';
      /**
       * Why it was
       * stopped.
       */
      readonly reason?: Reason;
    }`);
  t.true(
    doc.endsWith(
      [
        '## task.stopped',
        '',
        'It was stopped.',
        '',
        '| field | type | meaning |',
        '|---|---|---|',
        '| `task` | `string` | Who it is about. |',
        "| `reason?` | `'late' \\| 'lost' \\| 'gone'` | Why it was stopped. |",
        '',
      ].join('\n'),
    ),
    doc,
  );
});

test('a field without a doc comment is refused', (t) => {
  const source = "export interface AEvent { readonly type: 'a'; readonly task: string }";
  t.throws(() => eventsDoc(source), { message: 'AEvent.task has no doc comment' });
});
