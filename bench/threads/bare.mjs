/** Works as often as it is told to, and says when it is done. */
import { parentPort } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { work } = await import('./work.ts');
parentPort.on('message', (times) => {
  for (let time = 0; time < times; time += 1) {
    work();
  }
  parentPort.postMessage('done');
});
