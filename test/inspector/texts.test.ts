import test from 'ava';
import { lookOf, TASK_STATES } from '../../inspector/src/page/model/looks.ts';
import { errorText, errorTitle, valueText, withoutAnsi } from '../../inspector/src/page/model/plain-text.ts';
import { matching, nextMatch } from '../../inspector/src/page/model/search.ts';
import { readSelection, type Selection, writeSelection } from '../../inspector/src/page/model/selection.ts';
import { durationText } from '../../inspector/src/page/model/time-text.ts';
import { TASK_STATES as STATES } from '../../src/machines/events.ts';
import { LOOKS } from '../../src/observe/task-drawing.ts';

test('a state has the sign that it has in diagrams', (t) => {
  t.deepEqual([...TASK_STATES], [...STATES]);
  for (const state of STATES) {
    t.is(lookOf(state).sign, LOOKS[state].sign);
  }
  t.like(lookOf('a state of somebody'), { sign: '·', word: 'a state of somebody' });
});

test('what is for terminals is left out of a text', (t) => {
  t.is(withoutAnsi('\u001b[31mred\u001b[39m \u001b[1;4mbold\u001b[0m'), 'red bold');
  t.is(withoutAnsi('\u001b]0;title\u0007text\u001b]8;;http://x\u001b\\link'), 'textlink');
  t.is(withoutAnsi('[31m is no such thing'), '[31m is no such thing');
  t.is(valueText({ text: '\u001b[31mred\u001b[39m' }), '{"text":"red"}');
});

test('a value that JSON does not know is a text too', (t) => {
  t.is(valueText(undefined), 'undefined');
  t.is(valueText(null), 'null');
});

test('an error is told with its stack and its causes', (t) => {
  const cause = { name: 'TypeError', message: 'deep', stack: 'TypeError: deep\n    at there' };
  const error = { name: 'Error', message: 'high', stack: 'Error: high\n    at here', cause };
  t.is(errorText(error), 'Error: high\n    at here\n\nCaused by: TypeError: deep\n    at there');
  t.is(errorText({ name: 'Error', message: 'no stack' }), 'Error: no stack');
  t.is(errorText({ name: 'Error', message: 'new', stack: 'Error: old\n    at here' }), 'Error: new\nError: old\n    at here');
  t.is(errorText('just a text'), 'just a text');
  t.is(errorTitle({ name: 'Error', message: 'two\nlines' }), 'Error: two');
});

test('names that have a text in them are found in any case', (t) => {
  const names = ['buildLib', 'build-docs', 'test'];
  t.deepEqual(matching(names, ' BUILD '), ['buildLib', 'build-docs']);
  t.deepEqual(matching(names, ''), names);
});

test('the next match after the last is the first', (t) => {
  t.is(nextMatch(['a', 'b'], undefined, 1), 'a');
  t.is(nextMatch(['a', 'b'], 'a', 1), 'b');
  t.is(nextMatch(['a', 'b'], 'b', 1), 'a');
  t.is(nextMatch(['a', 'b'], 'a', -1), 'b');
  t.is(nextMatch(['a', 'b'], 'elsewhere', -1), 'b');
  t.is(nextMatch([], undefined, 1), undefined);
});

test('what is selected can be read again', (t) => {
  const selections: Selection[] = [
    { root: undefined, part: undefined, tab: 'graph' },
    { root: '3/x:0', part: 'a & b=c #é', tab: 'timeline' },
  ];
  for (const selection of selections) {
    t.deepEqual(readSelection(writeSelection(selection)), selection);
  }
  t.is(readSelection('#tab=none').tab, 'graph');
});

test('durations', (t) => {
  t.deepEqual([0, 13, 999.4, 1000, 59_900, 125_000, 3_780_000].map(durationText), [
    '0 ms',
    '13 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '2 min 5 s',
    '1 h 3 min',
  ]);
});
