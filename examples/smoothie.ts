import { eventLogger, run, workflow } from 'tintype';

const shuffle = (text: string): string =>
  [...text]
    .map((letter) => ({ letter, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ letter }) => letter)
    .join('');

const dice = (fruit: readonly string[], kind: string): string => shuffle(fruit.find((one) => one === kind) ?? '');
const blend = (...ingredients: readonly string[]): string => shuffle(ingredients.join(''));
const garnish = (smoothie: string): string => `sugar + ${smoothie}`;

const smoothie = workflow('smoothie')
  .context<{ fruit: readonly string[]; liquids: readonly string[] }>()
  .task({ name: 'diceBanana', run: ({ fruit }) => ({ dicedBanana: dice(fruit, 'banana') }) })
  .task({ name: 'diceMango', run: ({ fruit }) => ({ dicedMango: dice(fruit, 'mango') }) })
  .task({
    name: 'blend',
    dependencies: ['diceBanana', 'diceMango'],
    run: ({ dicedBanana, dicedMango, liquids }) => ({ smoothie: blend(dicedBanana, dicedMango, ...liquids) }),
  })
  .task({
    name: 'garnish',
    dependencies: ['blend'],
    continueOnFailure: true,
    run: ({ smoothie }) => ({ smoothie: garnish(smoothie) }),
  });

export const options = {
  context: { fruit: ['banana', 'mango'], liquids: ['coconut-milk', 'water'] },
  timeout: 3000,
};

export default smoothie;

if (import.meta.filename === process.argv[1]) {
  const result = await run(smoothie, { ...options, onEvent: eventLogger() });
  if (result.state === 'completed') {
    console.log(result.context);
  }
}
