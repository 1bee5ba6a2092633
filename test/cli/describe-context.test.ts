import test from 'ava';
import { describeContext } from '../../src/cli/describe-context.ts';
import { resumeCommandOf } from '../../src/cli/resume-hint.ts';

test('a context is shown as it is, and cut where it is large', (t) => {
  t.is(describeContext({}), '');
  t.is(describeContext({ label: 'a pen', price: 12 }), "{ label: 'a pen', price: 12 }");
  t.false(describeContext({ text: '\u001b]0;owned\u0007' }).includes('\u001b'));
  const lines = describeContext(Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, index]))).split(
    '\n',
  );
  t.is(lines.length, 41);
  t.regex(lines.at(-1) as string, /^… \d+ more lines; --json prints everything$/);
  const long = describeContext({ text: 'x'.repeat(50e6), list: Array.from({ length: 1e6 }, () => 'y'.repeat(1000)) });
  t.true(long.length < 10_000, String(long.length));
});

test('the command that resumes a job can be pasted, and shows no password', (t) => {
  t.is(
    resumeCommandOf("it's.ts", { store: 'my jobs.db' })('order 7').replace(/^(npx )?tintype /, ''),
    String.raw`resume 'it'\''s.ts' --store 'my jobs.db' --id 'order 7'`,
  );
  const url = 'rediss://user:pass@word@host:6379/0';
  const shown = resumeCommandOf('w.ts', { store: url, redis: url, queue: 'nightly' })('a').replace(/^(npx )?tintype /, '');
  t.false(shown.includes('pass'), shown);
  t.regex(shown, /^resume w\.ts --store '?rediss:\/\/user:\*\*\*@host.* --redis .* --queue nightly --id a$/);
});
