import type { ActorOptions, ActorRefFrom } from 'xstate';
import { tellInspectors } from '../../compiler/actor-internals.ts';
import type { JobInput, JobMachine } from '../../machines/job.machine.ts';
import type { JobMessage } from '../../machines/messages.ts';
import { quoteAny } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import { loadXState } from '../../xstate/load-xstate.ts';
import type { GuardedInspector, Inspector } from '../run-options.ts';

export type JobActor = ActorRefFrom<JobMachine>;

/**
 * Creates the actor of a job. From outside it accepts only `job.cancel`: any other message would claim something that didn't happen.
 * Inspectors added to its system are guarded.
 * @param onInspect called before an inspector is added
 * @returns the actor for the caller of `run`, and a function that sends it the runtime's messages
 */
export function makeJobActor(
  machine: JobMachine,
  options: ActorOptions<JobMachine> & { readonly input: JobInput; readonly inspect?: GuardedInspector },
  cancel: (reason: unknown) => void,
  guard: (inspector: Inspector) => GuardedInspector,
  onInspect: () => void,
): { actor: JobActor; send: (message: JobMessage) => void } {
  const actor = loadXState().createActor(machine, options);
  const { send, system } = actor;
  const inspect = tellInspectors(actor, options.inspect);
  system.inspect = (inspector) => {
    onInspect();
    return inspect(guard(inspector));
  };
  actor.send = (message) => {
    if (message?.type !== 'job.cancel') {
      throw new InvalidArgumentError(`A job's actor accepts only \`job.cancel\`, got ${quoteAny(message?.type)}`);
    }
    cancel(message.reason);
  };
  actor.stop = () => {
    cancel(undefined);
    return actor;
  };
  return { actor, send };
}
