import { inspect } from 'node:util';
import test from 'ava';
import { describeContext, describeThrown } from '../../src/cli/describe-context.ts';
import { toPlain } from '../../src/cli/plain-json.ts';

function fail(): never {
  throw new Error('on purpose');
}

/** An object in an object, and so on. */
function nested(levels: number): object {
  let value = {};
  for (let level = 0; level < levels; level += 1) {
    value = { value };
  }
  return value;
}

const unreadable = new Proxy({}, { ownKeys: fail, get: fail, has: fail });

test('what JSON cannot have, or what throws when it is read, has a placeholder', (t) => {
  const value = {
    getter: {
      get bad() {
        return fail();
      },
      good: 1,
    },
    json: { toJSON: fail },
    endless: {
      toJSON() {
        return { ...this };
      },
    },
    proxy: unreadable,
    list: [unreadable, 2n],
    error: Object.assign(new Error('odd'), { message: 1n }),
  };
  t.like(JSON.parse(JSON.stringify(toPlain(value))), {
    getter: { bad: "[can't be read]", good: 1 },
    json: "[can't be read]",
    endless: '[nested too deeply]',
    proxy: "[can't be read]",
    list: ["[can't be read]", '2'],
    error: { name: 'Error', message: '1' },
  });
  t.true(JSON.stringify(toPlain(nested(20_000))).includes('[nested too deeply]'));
  t.false(JSON.stringify(toPlain(nested(400))).includes('[nested too deeply]'));
});

test('a value that throws when it is shown has a placeholder, and the others are shown', (t) => {
  const bad = { [inspect.custom]: fail };
  t.is(describeContext({ bad: { bad }, good: 1 }), "{ bad: [can't be shown], good: 1 }");
  t.regex(describeContext({ deep: nested(20_000), proxy: unreadable }), /deep: .*proxy: /s);
  t.is(describeThrown(Object.assign(new Error('no'), bad)), 'Error: no');
});
