// That traced jobs are asked for and typed as others. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import { type Job, run, type TaskDefinition, workflow, workflowLogic } from 'tintype';
import { traced } from 'tintype/otel';

const smoothie = workflow<{ fruit: readonly string[] }>('smoothie').task({
  name: 'blend',
  run: ({ fruit }) => ({ smoothie: fruit.join() }),
});
type Context = { readonly fruit: readonly string[]; readonly smoothie: string };

const telemetry = traced();
expectTypeOf(telemetry.run).toEqualTypeOf(run);
expectTypeOf(telemetry.workflowLogic).toEqualTypeOf(workflowLogic);

expectTypeOf(telemetry.run(smoothie, { context: { fruit: [] } })).toEqualTypeOf<Job<Context, 'blend'>>();
telemetry.run(smoothie, { context: { fruit: [] }, timeout: 1000, executor: ({ run: call }) => call() });
// @ts-expect-error the initial context is missing
telemetry.run(smoothie);
// @ts-expect-error an initial value has another type
telemetry.run(smoothie, { context: { fruit: 'banana' } });
// @ts-expect-error there is no such option
telemetry.run(smoothie, { context: { fruit: [] }, time: 1000 });
telemetry.run(workflow('empty'));
const tasks: TaskDefinition[] = [{ name: 'fetch', run: async () => ({ page: 'hello' }) }];
expectTypeOf(telemetry.run(tasks)).toEqualTypeOf(run(tasks));
expectTypeOf(telemetry.workflowLogic(smoothie, { timeout: 1000 })).toEqualTypeOf(workflowLogic(smoothie));

traced({ tracerProvider: undefined, meterProvider: undefined });
// @ts-expect-error this is no provider
traced({ tracerProvider: {} });
// @ts-expect-error there is no such option
traced({ provider: undefined });
