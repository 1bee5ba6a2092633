import '../helpers/still-time.ts';
import test from 'ava';
import { scenarios } from './arbitraries.ts';
import { BREAKS } from './broken-logs.ts';
import { type InvariantName, invariants, transcript, violationsIn } from './invariants.ts';
import { keepsItsWord } from './keeps-its-word.ts';
import { play } from './play.ts';
import { STORIES } from './stories.ts';

test('the logs break no invariant before they are edited', async (t) => {
  for (const story of Object.values(STORIES)) {
    t.deepEqual(violationsIn(await play(story)), []);
  }
});

for (const [name, breaks] of Object.entries(BREAKS)) {
  for (const { story, how, edit } of breaks) {
    test(`${name} reports the log of a ${story} job in which ${how}`, async (t) => {
      const recording = await play(STORIES[story]);
      t.not([...invariants[name as InvariantName]({ ...recording, ...edit(recording) })].length, 0);
    });
  }
}

test('each invariant has a log that breaks it', (t) => {
  t.deepEqual(Object.keys(BREAKS).sort(), Object.keys(invariants).sort());
});

test('a property fails with a small scenario when an event is not told', async (t) => {
  const forgetful: typeof play = async (scenario) => {
    const recording = await play(scenario);
    return {
      ...recording,
      timeline: recording.timeline.filter((entry) => entry.kind !== 'event' || entry.event.to !== 'backingOff'),
    };
  };
  const error = await t.throwsAsync(keepsItsWord(scenarios('sparse', 30), 100, forgetful));
  t.regex(error.message, /transitionsJoin: .* backingOff -> ready, but it was running/);
  t.true(error.message.split('"name":').length - 1 <= 10);
});

test('a property fails when the same scenario goes another way the second time', async (t) => {
  let runs = 0;
  const moody: typeof play = async (scenario) => {
    runs += 1;
    return play({ ...scenario, tasks: runs % 2 === 0 ? scenario.tasks.toReversed() : scenario.tasks });
  };
  const error = await t.throwsAsync(keepsItsWord(scenarios('isolated', 3), 20, moody));
  t.regex(error.message, /a job by the interpreter of XState goes another way/);
});

test('two logs that differ in a time only have different transcripts', async (t) => {
  const recording = await play(STORIES.completed);
  const later = { ...recording, timeline: recording.timeline.map((entry) => ({ ...entry, at: entry.at + 1 })) };
  t.deepEqual(transcript(recording), transcript(await play(STORIES.completed)));
  t.notDeepEqual(transcript(recording), transcript(later));
});
