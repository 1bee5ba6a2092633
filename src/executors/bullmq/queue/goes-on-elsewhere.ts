import { isDetachment } from '../../../runtime/errors/is-detachment.ts';

/** Whether a job ends only in this process and will be resumed elsewhere, where it looks for its attempts. */
export const goesOnElsewhere = isDetachment;
