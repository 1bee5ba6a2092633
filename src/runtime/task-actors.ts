import { createActor } from 'xstate';
import { forgetActor } from '../compiler/actor-internals.ts';
import type { TaskEmitted } from '../machines/events.ts';
import type { TaskMessage } from '../machines/messages.ts';
import type { JobActor } from './job-actor.ts';
import type { Journal } from './journal/journal.ts';
import { liveMachines } from './live-machines.ts';
import type { JobSettings } from './run-options.ts';
import { isSettled, type TaskActor, type TaskNode } from './task-node.ts';

interface ActedJob {
  readonly actor: JobActor;
  readonly settings: JobSettings;
  readonly journal: Journal | undefined;
}

/** The actors of the tasks of one job, in the actor system of the job. */
export class TaskActors {
  readonly #job: ActedJob;
  readonly #announce: (event: TaskEmitted) => void;

  constructor(job: ActedJob, announce: (event: TaskEmitted) => void) {
    this.#job = job;
    this.#announce = announce;
  }

  /** Sends a message to the machine of a task, unless the task has settled. */
  tell(node: TaskNode, message: TaskMessage): void {
    if (!isSettled(node)) {
      node.actor ??= this.#make(node);
      node.actor.send(message);
    }
  }

  /** Makes the actor of a task, if there is none. */
  spawn(node: TaskNode): void {
    node.actor ??= this.#make(node);
  }

  /** Drops the actor of a settled task, so that a job with many tasks keeps few actors. */
  forget(node: TaskNode): void {
    if (node.actor !== undefined) {
      forgetActor(node.actor);
      node.actor = undefined;
    }
  }

  #make({ spec }: TaskNode): TaskActor {
    const { name, dependencies, maxRetries, timeout, continueOnFailure } = spec;
    const { actor: parent, settings, journal } = this.#job;
    const { interpreter } = settings;
    // A saved retry happens even if the job is resumed with fewer.
    const retries = Math.max(maxRetries ?? settings.maxRetries, journal?.recorded?.retriesOf(name) ?? 0);
    // Not `spawnChild`: it copies the list of children each time.
    const actor = createActor(liveMachines[interpreter].task, {
      id: name,
      parent,
      input: {
        task: name,
        dependencies,
        // The context of a machine is JSON.
        maxRetries: Math.min(retries, Number.MAX_SAFE_INTEGER),
        timeout: timeout ?? null,
        continueOnFailure: continueOnFailure ?? false,
      },
    });
    if (interpreter === 'xstate') {
      actor.on('*', this.#announce);
    }
    return actor.start();
  }
}
