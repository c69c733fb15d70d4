import type { Service } from '../service.ts';
import { iam } from './iam.ts';
import { sts } from './sts.ts';

/** Every service that the simulator has. */
export const services: readonly Service[] = [sts, iam];
